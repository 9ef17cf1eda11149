namespace ChannelHost.Tests.Templates;

/// <summary>Values by name.</summary>
internal sealed class SomeVariables(Dictionary<string, object?> values) : IVariableLookup
{
    /// <summary>What passed on its way into the text.</summary>
    public List<string> Shown { get; } = [];

    public string? Find(string name) => values.GetValueOrDefault(name) as string;

    public object? FindValue(string name) => values.GetValueOrDefault(name);

    public string Show(string reference, string text)
    {
        Shown.Add($"{reference}={text}");
        return text;
    }
}
