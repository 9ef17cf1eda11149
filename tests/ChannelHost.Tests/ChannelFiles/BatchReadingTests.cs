namespace ChannelHost.Tests.ChannelFiles;

public sealed class BatchReadingTests : IDisposable
{
    private readonly Folders _folders = new();

    public void Dispose() => _folders.Dispose();

    [Fact]
    public void Batch_IsBoundToTheDataType()
    {
        var batch = Folders.Good(_folders.ReadOne("source: { type: sample, listen: 127.0.0.1:1, dataType: hl7v2, batch: { by: segment, maximumParts: 20 } }\n")).Source.Batch!;

        Assert.Equal(20, batch.MaximumParts);
        Assert.Equal("segment", ((SampleBatchOptions)batch.Options!).By);
    }

    [Fact]
    public void MetadataPathThatNamesNoPlace_IsAWarningWithItsLine()
    {
        var reading = _folders.ReadOne("source: { type: sample, listen: 127.0.0.1:1 }\nmetadata:\n  mrn: PID-3.1\n  bad: \"?5\"\n");

        var problem = Assert.Single(reading.Problems);
        Assert.NotNull(reading.Definition);
        Assert.Equal((ProblemSeverity.Warning, 4, "metadata.bad"), (problem.Severity, problem.Line, problem.Field));
        Assert.Contains("begins with ?", problem.Wanted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("batch:")]
    [InlineData("batch: {}")]
    public void BatchWithoutSettings_HasTheDefaults(string batch) =>
        Assert.Equal(
            new BatchChoice(new SampleBatchOptions()),
            Folders.Good(_folders.ReadOne($"source:\n  type: sample\n  listen: 127.0.0.1:1\n  dataType: hl7v2\n  {batch}\n")).Source.Batch);

    [Theory]
    [InlineData("raw", "batch: {}", 5, "source.batch", "`batch` for messages of the type raw", "hl7v2")]
    [InlineData("hl7v2", "batch: yes", 5, "source.batch", "`yes`", "a block of settings")]
    [InlineData("hl7v2", "batch: { bi: x }", 5, "source.batch.bi", "`bi`", "by")]
    [InlineData("hl7v2", "batch: { maximumParts: 0 }", 5, "source.batch.maximumParts", "`0`", "1")]
    [InlineData("hl7v2", "batch: { by: magic }", 5, "source.batch.by", "`magic`", "something that exists")]
    public void BadBatch_IsToldWithItsPlace(string dataType, string batch, int line, string field, string found, string wanted)
    {
        var problem = Folders.Only(_folders.ReadOne($"source:\n  type: sample\n  listen: 127.0.0.1:1\n  dataType: {dataType}\n  {batch}\n"));

        Assert.Equal((line, field), (problem.Line, problem.Field));
        Assert.Contains(found, problem.Found, StringComparison.Ordinal);
        Assert.Contains(wanted, problem.Wanted, StringComparison.Ordinal);
    }
}
