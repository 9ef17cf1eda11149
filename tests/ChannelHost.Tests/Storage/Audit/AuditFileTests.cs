using System.Text.Json;
using ChannelHost.Storage.Audit;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Storage.Audit;

[Trait("Row", "S35")]
public sealed class AuditFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EventsOfManyThreads_AreOneLineEach_ForTheOwnerOnly()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        AuditFile[] writers = [new(_folder.Path, time), new(_folder.Path, time)];

        Parallel.For(0, 100, number => writers[number % 2].Write($"anna\n{number}", "restore", "clinic/registration", "two \"lines\"\r\nof text", "asked"));

        var lines = File.ReadAllLines(_folder["audit.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(100, lines.Select(line => line.GetProperty("who").GetString()).Distinct().Count());
        Assert.All(lines, line => Assert.Equal("two \"lines\"\r\nof text", line.GetProperty("why").GetString()));
        Assert.All(lines, line => Assert.Equal(time.GetUtcNow(), line.GetProperty("at").GetDateTimeOffset()));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(_folder["audit.jsonl"]).UnixFileMode);
    }

    [Fact]
    public void WhatCannotBeStored_Throws() =>
        Assert.Throws<IOException>(() => new AuditFile(_folder["no", "folder"], TimeProvider.System).Write("a", "b", "c", "d", "e"));
}
