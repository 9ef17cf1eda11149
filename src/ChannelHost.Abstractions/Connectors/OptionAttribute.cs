namespace ChannelHost.Abstractions;

/// <summary>
/// Describes one setting of a connector or data type. Validation, the reference page, the schema and forms come from it.
/// The YAML name is the property's in camelCase. Property types that can be bound: string, int, long, double, bool, TimeSpan (<c>30s</c>, <c>5m</c>),
/// <see cref="ByteSize"/> (<c>50MB</c>), enums (kebab-case), <see cref="Template"/>, <see cref="ScriptFile"/>, records of such (a block), and lists of these.
/// The default is what the options' parameterless constructor leaves in the property.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string summary) : Attribute
{
    /// <summary>What the setting means, in one sentence, with its unit.</summary>
    public string Summary { get; } = summary;

    /// <summary>True when it must be given.</summary>
    public bool Required { get; init; }

    /// <summary>The smallest value, written as in YAML (<c>1s</c>, <c>1KB</c>, <c>0</c>); null for none.</summary>
    public string? Minimum { get; init; }

    /// <summary>The largest value, written as in YAML; null for none.</summary>
    public string? Maximum { get; init; }

    /// <summary>An example, as it stands in YAML.</summary>
    public string? Example { get; init; }

    /// <summary>The text is a path on this machine; relative ones count from the channel's folder.</summary>
    public bool IsPath { get; init; }

    /// <summary>The value must never be shown or logged.</summary>
    public bool IsSecret { get; init; }

    /// <summary>
    /// With <see cref="IsSecret"/>: the value is a one-way hash of a secret. It is not shown either, but unlike a secret, which is only referred to, it may
    /// stand in the file.
    /// </summary>
    public bool IsHash { get; init; }
}

/// <summary>A number of bytes: <c>512</c>, <c>64KB</c>, <c>50MB</c>, <c>1GB</c> (powers of 1024).</summary>
/// <param name="Bytes">The number.</param>
public readonly record struct ByteSize(long Bytes)
{
    /// <summary>So many mebibytes.</summary>
    public static ByteSize Megabytes(long count) => new(count * 1024 * 1024);

    /// <inheritdoc/>
    public override string ToString() => Bytes switch
    {
        >= 1L << 30 when Bytes % (1L << 30) == 0 => $"{Bytes >> 30}GB",
        >= 1L << 20 when Bytes % (1L << 20) == 0 => $"{Bytes >> 20}MB",
        >= 1L << 10 when Bytes % (1L << 10) == 0 => $"{Bytes >> 10}KB",
        _ => $"{Bytes}",
    };
}
