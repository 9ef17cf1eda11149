using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting;

public class TreeScriptTests
{
    private readonly ScriptBench _bench = new();

    [Theory]
    [InlineData("msg['PID']['PID.5']['PID.5.1'].toString()", "DOE")]
    [InlineData("msg.get('PID-5.1')", "DOE")]
    [InlineData("msg['PID']['PID.99']['PID.99.1'].toString()", "")]
    [InlineData("msg['PID']['PID.3'].length()", 2.0)]
    [InlineData("msg['ZZZ'].length()", 0.0)]
    [InlineData("msg['PID']['PID.3'][1]['PID.3.1'].toString()", "456")]
    [InlineData("typeof msg['PID']['PID.3'][9]", "undefined")]
    [InlineData("msg['PID']['PID.8']['PID.8.1'] == 'M'", true)]
    [InlineData("'M' == msg['PID']['PID.8']['PID.8.1']", true)]
    [InlineData("msg['PID']['PID.1']['PID.1.1'] == 1", true)]
    [InlineData("msg['PID']['PID.99'] == null", false)]
    [InlineData("msg['PID']['PID.99'] == undefined", false)]
    [InlineData("msg['PID']['PID.99'] == ''", false)]
    [InlineData("msg['PID']['PID.2'] == ''", true)]
    [InlineData("msg['PID']['PID.3'] == '123'", false)]
    [InlineData("Boolean(msg['PID']['PID.99'])", true)]
    [InlineData("'PID' in msg && !('NTE' in msg)", true)]
    [InlineData("msg['PID']['PID.5']['PID.5.1'].substring(1).toLowerCase()", "oe")]
    [InlineData("msg['PID']['PID.5']['PID.5.1'] + '!'", "DOE!")]
    [InlineData("`${msg['PID']['PID.5']['PID.5.1']}`", "DOE")]
    [InlineData("msg['PID']['PID.1']['PID.1.1'] * 2", 2.0)]
    [InlineData("msg['PID']['PID.8'].toString()", "<PID.8><PID.8.1>M</PID.8.1></PID.8>")]
    [InlineData("[...msg['PID']['PID.3']].map(r => r['PID.3.1'].toString()).join()", "123,456")]
    [InlineData("Object.keys(msg['PID']['PID.3']).join()", "0,1")]
    [InlineData("msg.children().length()", 3.0)]
    [InlineData("msg['PID'].name()", "PID")]
    [InlineData("msg['PID']['PID.5'].hasSimpleContent()", false)]
    [InlineData("msg.descendants('PID.3.1').length()", 2.0)]
    [InlineData("msg['PID'].childIndex()", 1.0)]
    [InlineData("msg['PID']['PID.5']['PID.5.1'].equals('DOE')", true)]
    public void Reads(string expression, object expected) => Assert.Equal(expected, _bench.Value(expression));

    [Theory]
    [InlineData("msg['PID']['PID.5']['PID.5.1'] = 'ROE'", "|DOE^", "|ROE^")]
    [InlineData("msg['PID']['PID.5']['PID.5.6'] = 'DR'", "DOE^JOHN^Q", "DOE^JOHN^Q^^^DR")]
    [InlineData("msg['PID']['PID.13']['PID.13.1'] = '555'", "19700101|M", "19700101|M|||||555")]
    [InlineData("msg['PID']['PID.5'] = 'X'", "DOE^JOHN^Q", "X")]
    [InlineData("msg.set('PID-5.1', 'A|B')", "DOE^JOHN", "A\\F\\B^JOHN")]
    [InlineData("delete msg['PID']['PID.3'][0]", "123^^^HOSP^MR~456", "456")]
    [InlineData("delete msg['PID']['PID.5']['PID.5.2']", "DOE^JOHN^Q", "DOE^^Q")]
    [InlineData("msg['PID']['PID.3'][1]['PID.3.1'] = 789", "456", "789")]
    [InlineData("for (const r of msg['PID']['PID.3']) r['PID.3.5'] = 'T'", "123^^^HOSP^MR~456^^^OTH^PI", "123^^^HOSP^T~456^^^OTH^T")]
    [InlineData("for (var i in msg['PID']['PID.3']) msg['PID']['PID.3'][i]['PID.3.5'] = i", "123^^^HOSP^MR~456^^^OTH^PI", "123^^^HOSP^0~456^^^OTH^1")]
    [InlineData("createSegmentAfter('PD1', msg['PID'])['PD1.1']['PD1.1.1'] = 'q'", "PV1|1|I", "PD1|q\rPV1|1|I")]
    [InlineData("createSegment('NTE', msg); msg['NTE']['NTE.1']['NTE.1.1'] = '1'; createSegment('NTE', msg, 1); msg['NTE'][1]['NTE.1']['NTE.1.1'] = '2'", "PV1|1|I\r", "PV1|1|I\rNTE|1\rNTE|2\r")]
    [InlineData("msg['PV1'].setName('ZV1')", "PV1|1", "ZV1|1")]
    [InlineData("msg['PV1']['PV1.3'] = msg['PID']['PID.3'][0]['PID.3.1'].toString()", "PV1|1|I", "PV1|1|I|123")]
    [InlineData("for (const pid of msg.all('PID')) pid.set('5.1', pid.get('5.1').toLowerCase())", "DOE", "doe")]
    public void Writes(string script, string before, string after) =>
        Assert.Equal(ScriptBench.Message.Replace(before, after, StringComparison.Ordinal), _bench.Transform(script));

    [Fact]
    public void NothingChanged_SameMemoryComesOut()
    {
        var scope = ScriptBench.Scope();

        var result = _bench.Run(scope, ScriptBench.Step(ScriptKind.Transformer, "channelMap.put('mrn', msg.get('PID-3.1'))"));

        Assert.True(result.Content.Equals(scope.Content));
        Assert.Equal("123", scope.Maps.Channel.Values["mrn"]);
    }
}
