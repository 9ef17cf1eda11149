using System.Globalization;

namespace ChannelHost.Import.Reading;

/// <summary>
/// Exports write an object that occurs twice only once: the second time stands <c>reference="../../name[2]"</c>, a way from the element itself.
/// Such elements become copies of what they point at.
/// </summary>
internal static class BackReferences
{
    /// <summary>Fills in all references.</summary>
    /// <param name="root">The export.</param>
    /// <param name="room">How many elements the copies may have in all: a reference to what holds references must not fill the memory.</param>
    /// <exception cref="ExportException">There is no room.</exception>
    public static void Resolve(ExportElement root, int room)
    {
        var waiting = new Stack<ExportElement>([root]);
        while (waiting.TryPop(out var element))
        {
            if (element.Attribute("reference") is { } way && element.Children.Count == 0 && Follow(element, way) is { } target && !IsAbove(target, element))
            {
                element.RemoveAttribute("reference");
                Copy(target, element, ref room, 0);
            }

            // In the order of the document: a reference points back, to what is filled in already.
            for (var index = element.Children.Count - 1; index >= 0; index--)
            {
                waiting.Push(element.Children[index]);
            }
        }
    }

    private static ExportElement? Follow(ExportElement from, string way)
    {
        ExportElement? at = from;
        foreach (var step in way.Split('/'))
        {
            if (step == "..")
            {
                at = at.Parent;
            }
            else
            {
                var bracket = step.IndexOf('[', StringComparison.Ordinal);
                var name = bracket < 0 ? step : step[..bracket];
                var index = bracket < 0 ? 1 : int.TryParse(step.AsSpan(bracket + 1).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
                at = at.Children.Where(child => child.Name == name).ElementAtOrDefault(index - 1);
            }

            if (at is null)
            {
                return null;
            }
        }

        return at;
    }

    private static bool IsAbove(ExportElement candidate, ExportElement element)
    {
        for (ExportElement? at = element; at is not null; at = at.Parent)
        {
            if (at == candidate)
            {
                return true;
            }
        }

        return false;
    }

    private static void Copy(ExportElement from, ExportElement to, ref int room, int depth)
    {
        if (--room < 0 || depth > ExportReader.MaximumDepth)
        {
            throw new ExportException(to.Line, "back references make more of the file than is read");
        }

        foreach (var (name, value) in from.Attributes)
        {
            to.SetAttribute(name, to.Attribute(name) ?? value);
        }

        to.AppendText(from.Text, from.TextLine);
        foreach (var child in from.Children.ToArray())
        {
            Copy(child, to.Add(new ExportElement(child.Name, child.Line)), ref room, depth + 1);
        }
    }
}
