using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace ChannelHost.Tests.Import.Corpus;

/// <summary>
/// Public channels, which are no part of the repository: <c>CHANNELHOST_MIRTH_CORPUS</c> names a folder of exports. Each is imported alone, validated and built, and messages run through
/// it; the figures and what went wrong, the commonest first, go to the output, all of it to <c>CHANNELHOST_MIRTH_REPORT</c> when that names a file.
/// </summary>
public sealed partial class CorpusTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("channelhost-corpus-").FullName;

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("CHANNELHOST_MIRTH_KEEP") is not { Length: > 0 })
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    [Fact]
    public async Task PublicChannels_ImportAndRun()
    {
        var folder = Environment.GetEnvironmentVariable("CHANNELHOST_MIRTH_CORPUS");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "CHANNELHOST_MIRTH_CORPUS names no folder of exports.");
        var only = Environment.GetEnvironmentVariable("CHANNELHOST_MIRTH_ONLY") ?? "";
        var files = Directory.EnumerateFiles(folder, "*.xml", SearchOption.AllDirectories).Where(file => file.Contains(only, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).ToList();
        var channels = new ConcurrentBag<CorpusChannel>();
        var broken = new ConcurrentBag<CorpusFault>();

        await Parallel.ForAsync(0, files.Count, TestContext.Current.CancellationToken, async (index, token) =>
        {
            try
            {
                foreach (var channel in await new CorpusRun(files[index], Path.Join(_root, $"{index:000}")).RunAsync(token))
                {
                    channels.Add(channel);
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                broken.Add(new CorpusFault("crash", error.ToString(), $"{index:000} {Path.GetFileName(files[index])}"));
            }
        });

        Report([.. channels], [.. broken]);
        Assert.Empty(broken.Select(fault => $"{fault.Where}: {fault.What}"));
        Assert.NotEmpty(channels);
    }

    private void Report(List<CorpusChannel> channels, List<CorpusFault> broken)
    {
        var lines = new List<string>
        {
            $"{channels.Count} channels: {channels.Count(channel => channel.IsWhole)} imported whole, {channels.Count(channel => channel.IsValid)} validate, "
            + $"{channels.Count(channel => channel.IsValid && !channel.Faults.Any(fault => fault.Step == "build"))} build, "
            + $"{channels.Count(channel => channel.Messages.All > 0 && channel.Messages.Good > 0)} take at least one message, {channels.Count(channel => channel.Messages.All > 0 && channel.Messages.Good == channel.Messages.All)} all; "
            + $"{channels.Count(channel => channel.Faults.Any(fault => fault.Step == "deploy"))} deploy scripts fail here",
            $"{channels.Sum(channel => channel.Scripts.All)} scripts: {channels.Sum(channel => channel.Scripts.Supported)} ask for nothing that is not there; "
            + $"{channels.Count(channel => channel.Scripts.All == channel.Scripts.Supported)} channels",
            $"{channels.Sum(channel => channel.Messages.All)} messages: {channels.Sum(channel => channel.Messages.Good)} without error; {channels.Sum(channel => channel.Lines.Ran)} of {channels.Sum(channel => channel.Lines.All)} script lines ran",
        };
        var groups = channels.SelectMany(channel => channel.Faults.Select(fault => (channel, fault))).Concat(broken.Select(fault => (channel: new CorpusChannel("", ""), fault)))
            .GroupBy(each => $"{each.fault.Step}: {Names().Replace(each.fault.What, "'...'")}")
            .Select(group => (group.Key, Channels: group.Select(each => (each.channel.File, each.channel.Name)).Distinct().Count(), Times: group.Count(), Where: group.Select(each => each.fault.Where).Distinct().Take(3).ToList()))
            .OrderByDescending(group => group.Channels).ThenByDescending(group => group.Times).ToList();
        lines.AddRange(groups.Select(group => $"{group.Channels,4} channels {group.Times,5} times  {group.Key}\n      {string.Join("\n      ", group.Where)}"));
        foreach (var line in lines.Take(60))
        {
            output.WriteLine(line);
        }

        if (Environment.GetEnvironmentVariable("CHANNELHOST_MIRTH_REPORT") is { Length: > 0 } report)
        {
            File.WriteAllLines(report, lines);
            File.WriteAllLines(report + ".tsv", channels.OrderBy(channel => channel.File, StringComparer.Ordinal).Select(channel =>
                $"{channel.File}\t{channel.Name}\t{channel.IsWhole}\t{channel.IsValid}\t{channel.Scripts}\t{channel.Messages}\t{channel.Lines}\t{channel.Faults.Count}"));
        }
    }

    [GeneratedRegex("'[^']{1,60}'")]
    private static partial Regex Names();
}
