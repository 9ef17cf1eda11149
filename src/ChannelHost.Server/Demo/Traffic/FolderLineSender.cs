namespace ChannelHost.Server.Demo.Traffic;

/// <summary>A partner that puts files into a folder: under a temporary name first, so that nobody ever sees half of one.</summary>
internal sealed class FolderLineSender(TrafficLine line, string name, string extension, Doors doors) : ILineSender
{
    /// <inheritdoc/>
    public async Task<LineAnswer> SendAsync(TrafficItem item, CancellationToken cancellationToken)
    {
        if (doors.Folder(line) is not { } folder)
        {
            return LineAnswer.None;
        }

        var file = $"{name}-{Guid.NewGuid().ToString("N")[..8]}-{item.Number}{extension}";
        var hidden = Path.Combine(folder, $".{file}.part");
        try
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(hidden, item.Content, CancellationToken.None);
            File.Move(hidden, Path.Combine(folder, file), overwrite: false);
            return LineAnswer.Positive;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A full disk, or a folder that somebody took away: the partner comes again.
            return LineAnswer.None;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
