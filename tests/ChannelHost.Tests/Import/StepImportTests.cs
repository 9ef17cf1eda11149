using ChannelHost.Scripting;

namespace ChannelHost.Tests.Import;

/// <summary>Steps and rules as JavaScript.</summary>
public sealed class StepImportTests
{
    private const string Mapper = """
        <com.mirth.connect.plugins.mapper.MapperStep version="4.5.2"><name>mrn</name><sequenceNumber>1</sequenceNumber><enabled>true</enabled>
        <variable>mrn</variable><mapping>msg['PID']['PID.3']['PID.3.1'].toString()</mapping><defaultValue>'none'</defaultValue>
        <replacements><org.apache.commons.lang3.tuple.ImmutablePair><left class="string">'a'</left><right class="string">'b'</right></org.apache.commons.lang3.tuple.ImmutablePair></replacements><scope>CHANNEL</scope></com.mirth.connect.plugins.mapper.MapperStep>
        """;

    [Fact]
    public void Scripts_KeepTheirTextToTheLastCharacter_InTheirOrder()
    {
        const string First = "// comment &amp; all\nif (msg['PID'] &lt; 3)   {  \n\tlogger.info(&quot;x&quot;)\n}&#xd;\n";

        var text = Transformer(Exports.Script("JavaScriptStep", "Second", 1, "var b = a;") + Exports.Script("JavaScriptStep", "First", 0, First));

        Assert.Equal(
            "// Transformer of the source: 2 steps, one after the other; they share their variables.\n\n// Step 0: First\n"
            + "// comment & all\nif (msg['PID'] < 3)   {  \n\tlogger.info(\"x\")\n}\r\n\n// Step 1: Second\nvar b = a;\n",
            text);
    }

    [Fact]
    public void Mapper_SwallowsErrorsOfItsMapping()
    {
        var text = Transformer(Mapper);

        Assert.Contains("""
            // Step 1: mrn (mapper)
            var mapping;
            try {
                mapping = msg['PID']['PID.3']['PID.3.1'].toString();
            } catch (e) {
                mapping = '';
            }
            channelMap.put('mrn', validate(mapping, 'none', [['a', 'b']]));
            """, text, StringComparison.Ordinal);
    }

    [Fact]
    public void MessageBuilder_DoesNot()
    {
        var text = Transformer("<com.mirth.connect.plugins.messagebuilder.MessageBuilderStep><name>b</name><sequenceNumber>0</sequenceNumber><messageSegment>tmp['PID']['PID.5']['PID.5.1']</messageSegment><mapping>msg['name'].toString()</mapping><defaultValue/><replacements/></com.mirth.connect.plugins.messagebuilder.MessageBuilderStep>");

        Assert.Contains("\ntmp['PID']['PID.5']['PID.5.1'] = validate(msg['name'].toString(), '', []);\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Iterator_CollectsWhatMappersGive_AndMakesMissingParts()
    {
        var text = Transformer($"""
            <com.mirth.connect.model.IteratorStep version="4.5.2"><name>each OBX</name><sequenceNumber>0</sequenceNumber><enabled>true</enabled>
            <properties class="com.mirth.connect.model.IteratorStepProperties" version="4.5.2"><target>msg['OBX']</target><indexVariable>i</indexVariable><prefixSubstitutions><string>msg['OBX']</string></prefixSubstitutions>
            <children>{Mapper.Replace("['PID']['PID.3']['PID.3.1']", "['OBX'][i]['OBX.5']", StringComparison.Ordinal)}
            <com.mirth.connect.plugins.messagebuilder.MessageBuilderStep><name>b</name><sequenceNumber>0-2</sequenceNumber><messageSegment>tmp['NTE'][i]['NTE.3']</messageSegment><mapping>i</mapping><defaultValue/><replacements/></com.mirth.connect.plugins.messagebuilder.MessageBuilderStep></children></properties>
            </com.mirth.connect.model.IteratorStep>
            """);

        Assert.Contains("var _mrn = Lists.list();\nfor (var i = 0; i < getArrayOrXmlLength(msg['OBX']); i++) {\n", text, StringComparison.Ordinal);
        Assert.Contains("    _mrn.add(validate(mapping, 'none', [['a', 'b']]));\n", text, StringComparison.Ordinal);
        Assert.Contains("        if (typeof(tmp['NTE'][i]) == 'undefined') {\n            createSegment('NTE', tmp, i);\n        }\n", text, StringComparison.Ordinal);
        Assert.EndsWith("}\nchannelMap.put('mrn', _mrn.toArray());\n", text, StringComparison.Ordinal);
        Assert.Empty(new ScriptCompiler().Check(new ScriptFile("transform.js", text)));
    }

    [Fact]
    public void DestinationSetFilter_CountsElements()
    {
        var text = Transformer("<com.mirth.connect.plugins.destinationsetfilter.DestinationSetFilterStep><name>d</name><sequenceNumber>0</sequenceNumber><behavior>REMOVE_ALL_EXCEPT</behavior><metaDataIds><int>1</int><int>3</int></metaDataIds><field>msg['ZPI']</field><condition>NOT_EXIST</condition><values/></com.mirth.connect.plugins.destinationsetfilter.DestinationSetFilterStep>");

        Assert.Contains("if (getArrayOrXmlLength(msg['ZPI']) == 0) {\n    destinationSet.removeAllExcept([1, 3]);\n}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void StepSwitchedOff_StaysAsComment()
    {
        var text = Transformer(Mapper.Replace("<enabled>true", "<enabled>false", StringComparison.Ordinal));

        Assert.Contains("// Step 1: mrn (mapper), switched off\n// var mapping;\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text.Split('\n'), line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal));
    }

    [Fact]
    public void UnknownStep_IsAnErrorInItsPlace_AndKept()
    {
        var result = Exports.Import(Exports.Channel(sourceElements: "<org.example.MagicStep><name>abra</name><sequenceNumber>0</sequenceNumber><spell>x</spell></org.example.MagicStep>"));

        Assert.Contains("throw new Error('The step 0 (abra) (org.example.MagicStep)", result.File("imported/adt-in/transform.js"), StringComparison.Ordinal);
        Assert.Contains(result.Findings, finding => finding.Xml?.Contains("<spell>x</spell>", StringComparison.Ordinal) == true);
        Assert.False(result.Channels.Single().IsEnabled);
    }

    [Fact]
    public void Rules_AreFunctionsJoinedByTheirOperators()
    {
        var rules = Exports.Script("JavaScriptRule", "ADT only", 0, "return true; // all", "<operator>NONE</operator>") + """
            <com.mirth.connect.plugins.rulebuilder.RuleBuilderRule><name>r</name><sequenceNumber>1</sequenceNumber><enabled>true</enabled><operator>OR</operator><field>msg['PV1']['PV1.2']['PV1.2.1'].toString()</field><condition>EQUALS</condition><values><string>'I'</string><string>'E'</string></values></com.mirth.connect.plugins.rulebuilder.RuleBuilderRule>
            """;

        var text = Exports.Import(Exports.Channel(rules: rules)).File("imported/adt-in/filter.js");

        Assert.Contains("// Rule 0: ADT only\nfunction filterRule1() {\nreturn true; // all\n}\n", text, StringComparison.Ordinal);
        Assert.Contains("    return msg['PV1']['PV1.2']['PV1.2.1'].toString() == 'I' || msg['PV1']['PV1.2']['PV1.2.1'].toString() == 'E';\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\nreturn filterRule1() == true || filterRule2() == true;\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void NameOfAStep_CannotLeaveItsComment() =>
        Assert.Contains("// Step 0: evil  throw 1\n", Transformer(Exports.Script("JavaScriptStep", "evil&#xd;\nthrow 1", 0, "var a;")), StringComparison.Ordinal);

    private static string Transformer(string elements) => Exports.Import(Exports.Channel(sourceElements: elements)).File("imported/adt-in/transform.js");
}
