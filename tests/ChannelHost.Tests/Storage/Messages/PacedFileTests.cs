using System.Globalization;
using ChannelHost.Storage.Messages.Sqlite;

namespace ChannelHost.Tests.Storage.Messages;

/// <summary>What stands before the database file while the log is copied into it.</summary>
public sealed class PacedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void CopyOfTheLog_IsInTheFileForOtherConnections()
    {
        const int rows = 1_000;
        var path = _folder["messages.db"];
        File.WriteAllBytes(path, []);
        using (var writer = SqliteDatabase.Open(path))
        {
            writer.Execute("PRAGMA journal_mode=WAL");
            writer.Execute("PRAGMA wal_autocheckpoint=0");
            writer.Execute("CREATE TABLE pages(id INTEGER PRIMARY KEY, data)");
            writer.Execute(string.Create(CultureInfo.InvariantCulture, $"WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) INSERT INTO pages SELECT i, randomblob(3000) FROM n"));
            var copier = SqliteDatabase.Open(path);
            copier.Number("SELECT count(*) FROM pages");

            // Null would say that SQLite keeps its descriptor elsewhere by now.
            using var paced = Assert.IsType<PacedFile>(PacedFile.Attach(copier));
            paced.Begin();
            var (frames, copied) = copier.Checkpoint(truncate: false);
            copier.Dispose();
            Assert.True(frames > rows);
            Assert.Equal(frames, copied);
            Assert.True(new FileInfo(path).Length > rows * 3_000);
        }

        using var reader = SqliteDatabase.Open(path, readOnly: true);
        Assert.Equal(rows, reader.Number("SELECT count(*) FROM pages WHERE length(data) = 3000"));
        Assert.Equal(0, reader.Number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"));
    }

    [Fact]
    public void FileThatWasRenamedAway_IsNotPaced()
    {
        var path = _folder["messages.db"];
        File.WriteAllBytes(path, []);
        using var database = SqliteDatabase.Open(path);
        database.Execute("CREATE TABLE pages(id)");
        File.Move(path, path + ".moved");
        File.WriteAllBytes(path, []);
        Assert.Null(PacedFile.Attach(database));
    }
}
