using System.Globalization;
using System.Text;

namespace ChannelHost.Server.Cases;

/// <summary>Coverage as an LCOV trace file, which editors and build servers read.</summary>
internal static class LcovFile
{
    /// <summary>The text of the file.</summary>
    /// <param name="scripts">What ran.</param>
    /// <param name="channelsFolder">Where the scripts are.</param>
    public static string Write(IReadOnlyList<ScriptCoverage> scripts, string channelsFolder)
    {
        var text = new StringBuilder();
        foreach (var script in scripts)
        {
            text.Append("TN:\nSF:").Append(Path.Combine(channelsFolder, script.File)).Append('\n');
            for (var at = 0; at < script.Lines.Count; at++)
            {
                text.Append(CultureInfo.InvariantCulture, $"DA:{script.Lines[at]},{script.Counts[at]}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"LF:{script.Lines.Count}\nLH:{script.Covered}\nend_of_record\n");
        }

        return text.ToString();
    }
}
