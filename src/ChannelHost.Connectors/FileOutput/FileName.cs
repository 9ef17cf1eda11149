using System.Buffers;
using System.Text;

namespace ChannelHost.Connectors.FileOutput;

/// <summary>
/// Fills in a file's name and refuses what would lead out of its folder. Values come from messages, and messages come from outside. The template's own
/// text may name folders; a value may not. Reasons name the template and the variable, never the value.
/// </summary>
internal static class FileName
{
    private const int LongestName = 255;
    private static readonly SearchValues<char> Separators = SearchValues.Create("/\\");
    private static readonly string[] DeviceNames = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

    /// <summary>The path below the folder, or null and the reason.</summary>
    public static string? Fill(Template template, IVariableLookup variables, out string reason)
    {
        var values = new CheckedValues(variables);
        if (!template.TryFill(values, out var name))
        {
            reason = $"The file name '{template.Source}' needs '{name}', and nothing has that name.";
            return null;
        }

        var problem = values.Problem ?? name.Split('/').Select(PartProblem).FirstOrDefault(found => found is not null);
        reason = problem is null ? "" : $"The file name '{template.Source}' cannot be used: {problem}. The file would not stay below its folder under a plain name.";
        return problem is null ? name : null;
    }

    /// <summary>What is wrong with the template's own text; null when nothing.</summary>
    public static string? TemplateProblem(Template template)
    {
        var text = template.Source;
        if (text.Length == 0)
        {
            return "an empty name";
        }

        return text.StartsWith('/') || text.EndsWith('/') || text.Contains('\\') || text.Split('/').Contains("..") ? text : null;
    }

    private static string? PartProblem(string part)
    {
        if (part.Length == 0 || part is "." or "..")
        {
            return "filled in, a part of it is empty, '.' or '..'";
        }

        if (part.AsSpan().ContainsAny(Separators) || part.Any(char.IsControl))
        {
            return "filled in, it holds a backslash or a control character";
        }

        if (part.EndsWith('.') || part.EndsWith(' '))
        {
            return "filled in, a part of it ends in a dot or a space";
        }

        if (!IsText(part) || Encoding.UTF8.GetByteCount(part) > LongestName)
        {
            return $"filled in, a part of it is longer than {LongestName} bytes or is no valid text";
        }

        var stem = part.AsSpan()[..(part.IndexOf('.') is var dot and >= 0 ? dot : part.Length)].TrimEnd();
        return IsDevice(stem) ? "filled in, a part of it is the name of a device (CON, NUL, COM1 ...) where the folder is shared with Windows" : null;
    }

    private static bool IsDevice(ReadOnlySpan<char> stem)
    {
        foreach (var device in DeviceNames)
        {
            if (stem.Equals(device, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return stem.Length == 4 && char.IsAsciiDigit(stem[3]) &&
            (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsText(string part)
    {
        for (var i = 0; i < part.Length; i++)
        {
            if (char.IsHighSurrogate(part[i]) && i + 1 < part.Length && char.IsLowSurrogate(part[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(part[i]))
            {
                return false;
            }
        }

        return true;
    }

    private sealed class CheckedValues(IVariableLookup inner) : IVariableLookup
    {
        public string? Problem { get; private set; }

        public string? Find(string name) => inner.Find(name);

        public object? FindValue(string name) => inner.FindValue(name);

        public string Show(string reference, string text)
        {
            var value = inner.Show(reference, text);
            if (value.AsSpan().ContainsAny(Separators))
            {
                Problem ??= $"the value of '{reference}' holds a slash or a backslash";
            }
            else if (value.Any(char.IsControl))
            {
                Problem ??= $"the value of '{reference}' holds a control character";
            }
            else if (value.Length == 0)
            {
                Problem ??= $"the value of '{reference}' is empty";
            }

            return value;
        }
    }
}
