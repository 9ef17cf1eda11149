using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Channels;

/// <summary>Sets of Java libraries that scripts were given. There is no Java here.</summary>
internal static class Resources
{
    private const string Default = "Default Resource";

    /// <summary>Says it when there are others than the default one.</summary>
    public static void Check(ChannelDraft draft, ExportElement? resources)
    {
        resources?.MarkAll();
        string[] names = resources is null
            ? []
            : [.. resources.Children.Select(entry => (entry.Children.Count > 0 ? entry.Children[^1].Text : entry.Text).Trim()).Where(name => name.Length > 0 && name != Default && !name.Contains("Default", StringComparison.Ordinal))];
        if (names.Length > 0)
        {
            draft.Decide(resources, $"scripts were given Java libraries ({string.Join(", ", names)}): what they call of them is not there");
        }
    }
}
