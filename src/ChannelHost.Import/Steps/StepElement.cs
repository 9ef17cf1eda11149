using System.Globalization;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Steps;

/// <summary>A step or rule of an export, of any kind.</summary>
internal sealed class StepElement
{
    private StepElement(ExportElement element)
    {
        Element = element;
        Kind = element.Name[(element.Name.LastIndexOf('.') + 1)..];
        Name = element.Word("name");
        Number = element.Word("sequenceNumber");
        IsEnabled = element.Flag("enabled", otherwise: true);
        Operator = element.Word("operator");
    }

    /// <summary>What it was made of.</summary>
    public ExportElement Element { get; }

    /// <summary>Its class without the package: <c>MapperStep</c>.</summary>
    public string Kind { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its number as people see it: <c>2</c>, <c>0-1</c>.</summary>
    public string Number { get; }

    /// <summary>Whether it runs.</summary>
    public bool IsEnabled { get; }

    /// <summary>How a rule is joined to the one before it: AND, OR, or nothing.</summary>
    public string Operator { get; }

    /// <summary>What it is called in a heading.</summary>
    public string Heading(string word) => JavaScriptText.Remark($"{word} {Number}{(Name.Length > 0 ? $": {Name}" : "")}");

    /// <summary>The steps or rules in an element, in the order in which they run.</summary>
    public static IReadOnlyList<StepElement> All(ExportElement? elements) => elements is null
        ? []
        : [.. elements.All().Select(element => new StepElement(element)).OrderBy(step => Place(step.Number))];

    // Children of an iterator are numbered 0-1: their parent's place, then their own.
    private static int Place(string number) =>
        int.TryParse(number.AsSpan(number.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : int.MaxValue;
}
