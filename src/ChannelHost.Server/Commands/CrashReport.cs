namespace ChannelHost.Server.Commands;

/// <summary>Keeps the stack of an unforeseen error in a file, away from the terminal.</summary>
internal static class CrashReport
{
    /// <summary>Writes the report; gives words for the terminal that say where it is.</summary>
    public static string Write(Exception error)
    {
        var path = Path.Combine(Path.GetTempPath(), $"channelhost-{Path.GetRandomFileName()}.txt");
        try
        {
            using var file = new StreamWriter(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write });
            file.WriteLine($"{TimeProvider.System.GetUtcNow():O}");
            file.WriteLine(error);
            return $"details are in {path}";
        }
        catch (Exception second) when (second is IOException or UnauthorizedAccessException)
        {
            return "details could not be written";
        }
    }
}
