using System.Reflection;

namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>What a setting holds.</summary>
internal enum OptionKind
{
    Text,
    Integer,
    Long,
    Number,
    Boolean,
    Time,
    Size,
    Choice,
    Template,
    Script,

    /// <summary>A text of a file, or below <c>|</c>.</summary>
    TextFile,
    Block,
}

/// <summary>One setting, as its property and attribute describe it.</summary>
internal sealed class OptionModel
{
    private readonly Type _itemType;

    public OptionModel(PropertyInfo property, OptionAttribute attribute, Func<Type, OptionSet> sets)
    {
        Property = property;
        Attribute = attribute;
        Name = property.GetCustomAttribute<KeyNameAttribute>()?.Name ?? char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        _itemType = ItemTypeOf(type) is { } item ? Nullable.GetUnderlyingType(item) ?? item : type;
        IsList = _itemType != type;
        Kind = KindOf(_itemType) is var kind && kind == OptionKind.Script && property.IsDefined(typeof(PlainTextAttribute)) ? OptionKind.TextFile : kind;
        if (!property.CanWrite)
        {
            throw Misdescribed("it has no setter");
        }

        if (Kind == OptionKind.Choice)
        {
            Choices = Enum.GetValues(_itemType).Cast<object>().ToDictionary(value => OptionText.Kebab(value.ToString()!), StringComparer.Ordinal);
        }
        else if (Kind == OptionKind.Block)
        {
            Block = sets(_itemType);
        }

        InPlace = property.GetCustomAttribute<OrScriptAttribute>() is { } orScript ? property.DeclaringType!.GetProperty(orScript.Property) : null;
        Minimum = Limit(attribute.Minimum);
        Maximum = Limit(attribute.Maximum);
    }

    /// <summary>The YAML name.</summary>
    public string Name { get; }

    public PropertyInfo Property { get; }

    public OptionAttribute Attribute { get; }

    public OptionKind Kind { get; }

    public bool IsList { get; }

    /// <summary>The settings of a block.</summary>
    public OptionSet? Block { get; }

    /// <summary>The values of a choice by their YAML names.</summary>
    public IReadOnlyDictionary<string, object>? Choices { get; }

    /// <summary>The property for a script in place of a template; null when only a template can stand there.</summary>
    public PropertyInfo? InPlace { get; }

    public IComparable? Minimum { get; }

    public IComparable? Maximum { get; }

    /// <summary>What a value must be, for people.</summary>
    public string Wanted => Kind switch
    {
        OptionKind.Text => Attribute.Example is { } example ? $"a text, for example `{example}`" : "a text",
        OptionKind.Integer or OptionKind.Long => "a whole number" + Limits,
        OptionKind.Number => "a number" + Limits,
        OptionKind.Boolean => "true or false",
        OptionKind.Time => "a time with its unit (250ms, 30s, 5m, 1h, 30d)" + Limits,
        OptionKind.Size => "a size (512, 64KB, 50MB, 1GB)" + Limits,
        OptionKind.Choice => "one of " + string.Join(", ", Choices!.Keys),
        OptionKind.Template when InPlace is not null => "a text, ${name} in it is filled in for each message; or { script: FILE }",
        OptionKind.Template => "a text; ${name} in it is filled in for each message",
        OptionKind.Script => "the name of a script file, or a script below `|`",
        OptionKind.TextFile => "the name of a text file, or the text below `|`",
        _ when Block!.Plain is { } plain => $"{plain.Wanted}; or a block of {string.Join(", ", Block.Names)}",
        _ => $"a block of {string.Join(", ", Block.Names)}; {{}} for all defaults",
    };

    /// <summary><c> from 1 to 64</c>, or empty.</summary>
    public string Limits => (Attribute.Minimum, Attribute.Maximum) switch
    {
        (null, null) => "",
        ({ } minimum, null) => $", at least {minimum}",
        (null, { } maximum) => $", at most {maximum}",
        ({ } minimum, { } maximum) => $", {minimum} to {maximum}",
    };

    /// <summary>Reads a value that is one text. False when it is not of this kind or outside the limits.</summary>
    public bool TryRead(string text, out object? value)
    {
        value = Kind switch
        {
            OptionKind.Text => text,
            OptionKind.Integer => OptionText.TryInteger(text, out var number) && number is >= int.MinValue and <= int.MaxValue ? (int)number : null,
            OptionKind.Long => OptionText.TryInteger(text, out var number) ? number : null,
            OptionKind.Number => OptionText.TryNumber(text, out var number) ? number : null,
            OptionKind.Boolean => text switch { "true" => true, "false" => false, _ => null },
            OptionKind.Time => OptionText.TryTime(text, out var time) ? time : null,
            OptionKind.Size => OptionText.TrySize(text, out var size) ? size : null,
            OptionKind.Choice => Choices!.GetValueOrDefault(text),
            _ => null,
        };
        return value is not null && IsWithin(value);
    }

    /// <summary>Items as the property's type wants them, with equality by items where the property is an interface.</summary>
    public object MakeList(IReadOnlyList<object> items)
    {
        var array = Array.CreateInstance(_itemType, items.Count);
        for (var index = 0; index < items.Count; index++)
        {
            array.SetValue(items[index], index);
        }

        var list = Activator.CreateInstance(typeof(ValueList<>).MakeGenericType(_itemType), array)!;
        return Property.PropertyType.IsInstanceOfType(list) ? list
            : Property.PropertyType.IsInstanceOfType(array) ? array
            : Activator.CreateInstance(typeof(List<>).MakeGenericType(_itemType), array)!;
    }

    private bool IsWithin(object value)
    {
        var comparable = Comparable(value);
        return comparable is null || ((Minimum is null || comparable.CompareTo(Minimum) >= 0) && (Maximum is null || comparable.CompareTo(Maximum) <= 0));
    }

    private IComparable? Limit(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return Kind is OptionKind.Integer or OptionKind.Long or OptionKind.Number or OptionKind.Time or OptionKind.Size && TryRead(text, out var value)
            ? Comparable(value!)
            : throw Misdescribed($"its limit `{text}` is no value of its kind ({Kind})");
    }

    private static IComparable? Comparable(object value) => value is ByteSize size ? size.Bytes : value as IComparable;

    private OptionKind KindOf(Type type)
    {
        return type switch
        {
            _ when type == typeof(string) => OptionKind.Text,
            _ when type == typeof(int) => OptionKind.Integer,
            _ when type == typeof(long) => OptionKind.Long,
            _ when type == typeof(double) => OptionKind.Number,
            _ when type == typeof(bool) => OptionKind.Boolean,
            _ when type == typeof(TimeSpan) => OptionKind.Time,
            _ when type == typeof(ByteSize) => OptionKind.Size,
            _ when type.IsEnum => OptionKind.Choice,
            _ when type == typeof(Template) => OptionKind.Template,
            _ when type == typeof(ScriptFile) => OptionKind.Script,
            _ when type is { IsClass: true, IsAbstract: false } && type.GetConstructor(Type.EmptyTypes) is not null => OptionKind.Block,
            _ => throw Misdescribed($"its type {type.Name} cannot be bound"),
        };
    }

    private Type? ItemTypeOf(Type type)
    {
        if (type.IsArray)
        {
            return type.GetElementType();
        }

        if (!type.IsGenericType)
        {
            return null;
        }

        var item = type.GetGenericArguments() is [var only] ? only : null;
        return item is not null && type.IsAssignableFrom(typeof(List<>).MakeGenericType(item))
            ? item
            : throw Misdescribed($"its type {type.Name} cannot be bound: lists are IReadOnlyList<T>");
    }

    /// <summary>A mistake of the connector's author, not of the person who writes a channel: it is thrown, at start.</summary>
    private ArgumentException Misdescribed(string reason) =>
        new($"The setting {Property.DeclaringType?.Name}.{Property.Name} cannot be used: {reason}.");
}
