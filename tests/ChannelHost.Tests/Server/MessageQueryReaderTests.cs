using ChannelHost.Server.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace ChannelHost.Tests.Server;

public sealed class MessageQueryReaderTests
{
    [Fact]
    public void AllParameters_AreRead()
    {
        Assert.True(MessageQueryReader.TryRead(Query("?status=queued&destination=ehr&controlId=A%2F1&metadata=mrn%3D4711&before=99&count=7"), 1000, out var query, out _));

        Assert.Equal(
            new MessageQuery { Status = MessageStatus.Queued, Destination = "ehr", ControlId = "A/1", Metadata = ("mrn", "4711"), BeforeId = 99, Count = 7 },
            query);
    }

    [Theory]
    [InlineData("?status=delivered", "status must be one of")]
    [InlineData("?count=0", "count must be 1 to 1000")]
    [InlineData("?count=1001", "count must be 1 to 1000")]
    [InlineData("?count=many", "count must be 1 to 1000")]
    [InlineData("?before=-1", "before must be a message id")]
    [InlineData("?metadata=mrn", "metadata must look like name=value")]
    [InlineData("?controlid=1", "controlid is no parameter")]
    [InlineData("?controlId=", "controlId must have")]
    [InlineData("?count=1&count=2", "count is given more than once")]
    public void BadParameter_IsToldByName(string text, string problem)
    {
        Assert.False(MessageQueryReader.TryRead(Query(text), 1000, out _, out var told));

        Assert.StartsWith(problem, told, StringComparison.Ordinal);
    }

    private static QueryCollection Query(string text) => new(QueryHelpers.ParseQuery(text));
}
