using System.Text;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.UserClasses;

public class MessageClassTests
{
    private readonly MirthBench _bench = new();

    [Theory]
    [InlineData("connectorMessage.getRawData()", "raw text")]
    [InlineData("connectorMessage.rawData.length()", "8")]
    [InlineData("connectorMessage.getRaw().getContent()", "raw text")]
    [InlineData("connectorMessage.getEncoded().getContentType()", "ENCODED")]
    [InlineData("connectorMessage.getEncoded().getDataType()", "HL7V2")]
    [InlineData("connectorMessage.getTransformedData()", "null")]
    [InlineData("connectorMessage.getConnectorName() + connectorMessage.getMetaDataId()", "Source0")]
    [InlineData("connectorMessage.getChannelName() + '/' + connectorMessage.getChannelId() + '/' + channelId", "clinic/test/c0ffee00-0000-4000-8000-000000000001/c0ffee00-0000-4000-8000-000000000001")]
    [InlineData("connectorMessage.getMessageId() + connectorMessage.messageId", "14")]
    [InlineData("connectorMessage.getStatus()", "TRANSFORMED")]
    [InlineData("connectorMessage.getReceivedDate().getTimeInMillis()", "1772600767000")]
    [InlineData("(channelMap.put('k', 'v'), connectorMessage.getChannelMap().get('k'))", "v")]
    [InlineData("connectorMessage.getSourceMap().get('peer')", "127.0.0.1")]
    [InlineData("connectorMessage.getDestinationIdMap().get('Destination 2') + 0", "2")]
    public void ConnectorMessage_TellsItsPart(string expression, string expected) => Assert.Equal(expected, _bench.Text(expression));

    [Theory]
    [InlineData("message.getMessageId()", "7")]
    [InlineData("message.getConnectorMessages().size()", "2")]
    [InlineData("message.getConnectorMessages().get(1).getResponseData().getMessage()", "ACK")]
    [InlineData("message.getConnectorMessages().get(1).getSendAttempts()", "2")]
    [InlineData("message.getConnectorMessages().get(java.lang.Integer.valueOf(0)).getRawData()", "raw text")]
    [InlineData("message.getConnectorMessages().values().iterator().next().getConnectorName()", "Source")]
    [InlineData("message.getConnectorMessages().get(9)", "null")]
    [InlineData("message.getMergedConnectorMessage().getChannelMap().get('k')", "later")]
    [InlineData("message.getMergedConnectorMessage().getRawData() + message.getMergedConnectorMessage().getEncodedData()", "raw textnull")]
    public void Message_TellsAllParts(string expression, string expected)
    {
        var parts = MirthBench.Snapshot().Connectors;
        var snapshot = MirthBench.Snapshot(
            parts[0] with { Maps = new MessageMaps { Channel = new VariableMap([new("k", "early")]) } },
            parts[1] with { Maps = new MessageMaps { Channel = new VariableMap([new("k", "later")]) } });
        var scope = MirthBench.Scope(snapshot: snapshot);

        Assert.Equal(expected, _bench.Out($"channelMap.put('out', String({expression}))", ScriptKind.Postprocessor, scope));
    }

    [Fact]
    public void Attachments_AreAddedFoundAndChanged()
    {
        var kept = new KeptAttachments();

        var text = _bench.Text(
            """
            (function () {
                var added = addAttachment('some bytes', 'application/pdf', true);
                updateAttachment(added.getId(), 'others', 'text/plain');
                var first = getAttachments().get(0);
                return getAttachmentIds().size() + first.getContentString() + first.getType() + getAttachment(added.getId()).getAttachmentId().startsWith('${ATTACH:')
                    + AttachmentUtil.reAttachMessage('<' + added.getAttachmentId() + '>', connectorMessage);
            })()
            """,
            MirthBench.Scope(attachments: kept));

        Assert.Equal("1otherstext/plaintrue<others>", text);
        Assert.Equal(("text/plain", "others"), (Assert.Single(kept.All).Type, Encoding.UTF8.GetString(kept.All[0].Content.Span)));
    }

    [Theory]
    [InlineData("getAttachmentIds('other', 5)", false, false)]
    [InlineData("AttachmentUtil.getMessageAttachments('other', 5)", false, false)]
    [InlineData("AttachmentUtil.getMessageAttachment('other', 5, 'a')", false, false)]
    [InlineData("getAttachment('first', 4, 'a')", false, false)]
    [InlineData("getAttachment('other', 5, 'a')", true, true)]
    [InlineData("getAttachment('c0ffee00-0000-4000-8000-000000000001', 5, 'a')", false, true)]
    [InlineData("getAttachment('second', 4, 'a')", false, true)]
    [InlineData("getAttachment('first', 3, 'a')", false, true)]
    [InlineData("AttachmentUtil.getMessageAttachmentsFromSourceChannel(connectorMessage)", false, true)]
    public void AttachmentsOfOtherChannels_NeedADeclarationOrTheMessagesOwnWay(string expression, bool isDeclared, bool isRead)
    {
        var bench = new MirthBench(environment => environment with { Access = new ScriptAccess { ControlsChannels = isDeclared } });
        var maps = new MessageMaps
        {
            Source = new Dictionary<string, object?>
            {
                ["sourceChannelId"] = "second", ["sourceMessageId"] = 4.0,
                ["sourceChannelIds"] = new List<object?> { "first", "second" }, ["sourceMessageIds"] = new List<object?> { 3.0, 4.0 },
            },
        };

        var text = bench.Text(
            $"(function () {{ try {{ {expression}; return 'read' }} catch (e) {{ return String(e) }} }})()", MirthBench.Scope(maps: maps, attachments: new KeptAttachments()));

        Assert.Contains(isRead ? "read" : "java.lang.SecurityException", text, StringComparison.Ordinal);
        Assert.Equal(!isRead, text.Contains("channels: true", StringComparison.Ordinal));
    }

    [Fact]
    public void AttachmentScript_ReturnsWhatRemains()
    {
        var kept = new KeptAttachments();

        var result = _bench.Run(
            ScriptKind.Attachment, "var a = addAttachment(message, 'text/plain', false); return 'only ' + a.getAttachmentId();", MirthBench.Scope("whole text", attachments: kept));

        Assert.Equal($"only {Assert.Single(kept.All).Token}", ScriptBench.Text(result));
        Assert.Equal("whole text", Encoding.UTF8.GetString(kept.All[0].Content.Span));
    }

    [Theory]
    [InlineData("destinationSet.remove(1)", "Destination 2")]
    [InlineData("destinationSet.remove('Destination 1')", "Destination 2")]
    [InlineData("destinationSet.remove(['Destination 1', 2])", "")]
    [InlineData("destinationSet.removeAllExcept([2])", "Destination 2")]
    [InlineData("destinationSet.removeAllExcept(Lists.list('Destination 1'))", "Destination 1")]
    [InlineData("destinationSet.removeAll()", "")]
    [InlineData("destinationSet.remove('nobody')", "Destination 1,Destination 2")]
    public void DestinationSet_TakesNamesNumbersAndLists(string script, string left)
    {
        var scope = MirthBench.Scope();

        Assert.Equal(left != "Destination 1,Destination 2", bool.Parse(_bench.Text(script, scope)));
        Assert.Equal(left, string.Join(',', scope.Destinations!.Left));
    }

    [Theory]
    [InlineData("router.routeMessage('other', 'text').getMessage()", "other got text from clinic/test")]
    [InlineData("router.routeMessage('other', new RawMessage('raw')).getStatus()", "SENT")]
    [InlineData("new VMRouter().routeMessageByChannelId('other', 'x').getMessage()", "other got x from clinic/test")]
    [InlineData("router.routeMessage('nowhere', 'x').getStatus()", "ERROR")]
    public void Router_AnswersWithAResponse(string expression, string expected) => Assert.Equal(expected, _bench.Text(expression));

    [Theory]
    [InlineData("(channelMap.put('n', 1), channelMap.put('s', 'text'), replacer.replaceValues('${n} ${s} ${nobody}'))", "1.0 text ${nobody}")]
    [InlineData("replacer.replaceValues('${a}', Maps.map('a', 'given'))", "given")]
    public void Replacer_FillsInWhatItKnows(string expression, string expected) => Assert.Equal(expected, _bench.Text(expression));

    [Fact]
    public void Alert_ReachesTheHost()
    {
        _bench.Out("alerts.sendAlert('look here')");

        Assert.Equal(["look here"], _bench.Alerts);
    }

    [Fact]
    public void Template_IsTmp_AndGoesOn()
    {
        var scope = MirthBench.Scope(template: "MSH|^~\\&|OUT\rPID|1\r");

        var result = _bench.Run(ScriptKind.Transformer, "tmp['PID']['PID.5']['PID.5.1'] = msg['PID']['PID.5']['PID.5.1'].toString();", scope);

        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        Assert.StartsWith("MSH|^~\\&|OUT\rPID|1||||DOE", ScriptBench.Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public void RawMessage_IsAnObjectAroundItsText()
    {
        var scope = MirthBench.Scope("plain", codec: new PlainCodec(MessageModel.Text));

        Assert.Equal("object 5 true", _bench.Text("typeof msg + ' ' + msg.length + ' ' + (msg == 'plain')", scope));
    }

    private sealed class KeptAttachments : IAttachments
    {
        private readonly List<Attachment> _all = [];

        public IReadOnlyList<Attachment> All => _all;

        public IReadOnlyList<Attachment> Of(string channel, long messageId) => [];

        public void Add(Attachment attachment) => _all.Add(attachment);

        public bool Update(Attachment attachment)
        {
            var at = _all.FindIndex(kept => kept.Id == attachment.Id);
            if (at >= 0)
            {
                _all[at] = attachment;
            }

            return at >= 0;
        }
    }
}
