using System.Text;
using ChannelHost.Import;
using ChannelHost.Scripting;
using ChannelHost.Tests.Engine.Cases;

namespace ChannelHost.Tests.Import;

/// <summary>Imported channels run: messages go through them, in the real engine.</summary>
public sealed class ImportedChannelTests : IDisposable
{
    private const string Steps = """
        <com.mirth.connect.plugins.mapper.MapperStep><name>mrn</name><sequenceNumber>0</sequenceNumber><enabled>true</enabled><variable>mrn</variable><mapping>msg['PID']['PID.3']['PID.3.1'].toString()</mapping><defaultValue/><replacements/><scope>CHANNEL</scope></com.mirth.connect.plugins.mapper.MapperStep>
        <com.mirth.connect.plugins.javascriptstep.JavaScriptStep><name>loop</name><sequenceNumber>1</sequenceNumber><enabled>true</enabled><script>for each (var pid in msg['PID']) {
            pid['PID.5']['PID.5.1'] = pid['PID.5']['PID.5.1'].toString().toUpperCase();
        }</script></com.mirth.connect.plugins.javascriptstep.JavaScriptStep>
        <com.mirth.connect.plugins.messagebuilder.MessageBuilderStep><name>zmr</name><sequenceNumber>2</sequenceNumber><enabled>true</enabled><messageSegment>msg['ZMR']['ZMR.1']['ZMR.1.1']</messageSegment><mapping>$('mrn')</mapping><defaultValue/><replacements><org.apache.commons.lang3.tuple.ImmutablePair><left class="string">'^1'</left><right class="string">'X'</right></org.apache.commons.lang3.tuple.ImmutablePair></replacements></com.mirth.connect.plugins.messagebuilder.MessageBuilderStep>
        <com.mirth.connect.model.IteratorStep><name>each PID</name><sequenceNumber>3</sequenceNumber><enabled>true</enabled><properties class="x"><target>msg['PID']</target><indexVariable>i</indexVariable><prefixSubstitutions/><children>
          <com.mirth.connect.plugins.mapper.MapperStep><name>sex</name><sequenceNumber>3-0</sequenceNumber><enabled>true</enabled><variable>sexes</variable><mapping>msg['PID'][i]['PID.8']['PID.8.1'].toString()</mapping><defaultValue/><replacements/><scope>CHANNEL</scope></com.mirth.connect.plugins.mapper.MapperStep></children></properties></com.mirth.connect.model.IteratorStep>
        <com.mirth.connect.plugins.javascriptstep.JavaScriptStep><name>count</name><sequenceNumber>4</sequenceNumber><enabled>true</enabled><script>msg['ZMR']['ZMR.2']['ZMR.2.1'] = $('sexes').length + ':' + $('sexes')[0];</script></com.mirth.connect.plugins.javascriptstep.JavaScriptStep>
        """;

    private const string Rules = """
        <com.mirth.connect.plugins.rulebuilder.RuleBuilderRule><name>event</name><sequenceNumber>0</sequenceNumber><enabled>true</enabled><operator>NONE</operator><field>msg['MSH']['MSH.9']['MSH.9.2'].toString()</field><condition>EQUALS</condition><values><string>'A01'</string><string>'A08'</string></values></com.mirth.connect.plugins.rulebuilder.RuleBuilderRule>
        <com.mirth.connect.plugins.javascriptrule.JavaScriptRule><name>family</name><sequenceNumber>1</sequenceNumber><enabled>true</enabled><operator>AND</operator><script>return msg['PID']['PID.5']['PID.5.1'].toString() != 'Nobody';</script></com.mirth.connect.plugins.javascriptrule.JavaScriptRule>
        """;

    private readonly CaseBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task StepsOfAllKinds_DoWhatTheyDid()
    {
        Import();
        _bench.Write("cases/a.hl7", CaseBench.Adt());

        var result = await _bench.RunUpdatedAsync();

        Assert.Equal([], result.Differences);
        Assert.Equal([], result.Log);
        var written = Directory.EnumerateFiles(_bench.PathOf("cases/a.expected"), "Archive-files*").Select(File.ReadAllText).Single();
        Assert.Equal(
            "MSH|^~\\&|PMS|CLINIC|HUB|HUB|20261101093000||ADT^A08^ADT_A01|C1|P|2.5.1\rEVN|A08|20261101093000\rPID|1||10001^^^CLINIC^MR||QUILL^Marta||19740312|F\rZMR|X0001|1:F\r",
            written.ReplaceLineEndings("\r"));
    }

    [Fact]
    public async Task MessageThatARuleTurnsDown_IsFiltered()
    {
        Import();
        _bench.Write("cases/a.hl7", CaseBench.Adt("Nobody"));

        await _bench.RunUpdatedAsync();

        Assert.Contains("filtered", File.ReadAllText(_bench.PathOf("cases/a.expected/outcome.yaml")), StringComparison.Ordinal);
    }

    private void Import()
    {
        var export = Exports.Channel("one", sourceElements: Steps, rules: Rules);
        var result = MirthImport.Read([new ImportInput("one.xml", Encoding.UTF8.GetBytes(export))], new ImportOptions { Group = "clinic" }, new ScriptCompiler());
        foreach (var file in result.Channels.Single().Files)
        {
            _bench.Write(file.Name[(CaseBench.Channel.Length + 1)..], file.Text);
        }
    }
}
