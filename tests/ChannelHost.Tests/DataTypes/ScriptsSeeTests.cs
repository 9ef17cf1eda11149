using System.Text;
using ChannelHost.DataTypes.Delimited;
using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.DataTypes.Json;
using ChannelHost.DataTypes.Xml;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.DataTypes;

/// <summary>What scripts make of each type's messages, with the engine that channels run on.</summary>
public sealed class ScriptsSeeTests
{
    private static readonly IMessageCodec Csv = new DelimitedDataType().CreateCodec(new DelimitedOptions());

    private static readonly IMessageCodec Xml = new XmlDataType().CreateCodec(new XmlOptions());

    private static readonly IMessageCodec Json = new JsonDataType().CreateCodec(new JsonOptions());

    private static readonly IMessageCodec Er7 = new Hl7v2DataType().CreateCodec(new Hl7v2Options());

    [Fact]
    public void Delimited_RowsAreObjects() =>
        Assert.Equal("mrn,name\r\n4711,BRANDT\r\n", new ScriptBench().Transform("msg.rows[0].name = msg.rows[0].name.toUpperCase();", "mrn,name\n4711,Brandt\n", Csv));

    [Fact]
    public void Delimited_OnlyLookedAt_SameBytes()
    {
        const string Message = "mrn,name\n4711,\"Brandt\"\n\n4712,\"é\u2028\u007F/\"\n";

        Assert.Equal(Message, new ScriptBench().Transform("if (msg.rows.length !== 2) throw msg.rows.length;", Message, Csv));
    }

    [Fact]
    public void Delimited_PreprocessorSeesTheText()
    {
        var result = new ScriptBench().Run(
            ScriptBench.Scope("mrn;name\n4711;Brandt\n", Csv),
            ScriptBench.Step(ScriptKind.Preprocessor, "return message.replaceAll(';', ',');", "pre.js"),
            ScriptBench.Step(ScriptKind.Transformer, "msg.rows[0].mrn = 1;"));

        Assert.Equal("mrn,name\r\n1,Brandt\r\n", ScriptBench.Text(result));
    }

    [Fact]
    public void DelimitedToJson_AndBack()
    {
        Assert.Equal("{\"mrn\":\"4711\"}", Through("msg = { mrn: msg.rows[0].mrn };", "mrn\n4711\n", Csv, Json));
        Assert.Equal("id,ok\r\n7,true\r\n", Through("msg = [{ id: msg.id, ok: true }];", "{\"id\":7}", Json, Csv));
    }

    [Fact]
    public void DelimitedToHl7_ByText() =>
        Assert.Equal("MSH|^~\\&|A\rPID|||4711\r", Through("msg = 'MSH|^~\\\\&|A\\rPID|||' + msg.rows[0].mrn + '\\r';", "mrn\n4711\n", Csv, Er7));

    [Fact]
    public void Xml_IsATree()
    {
        const string Message = "<patient id=\"7\">\n  <name><family>Brandt</family></name>\n  <tel>1</tel>\n  <tel>2</tel>\n</patient>";

        Assert.Equal("Brandt 7 2 2", new ScriptBench().Value("msg.name.family + ' ' + msg['@id'] + ' ' + msg.tel.length() + ' ' + msg.get('tel[2]')", Message, Xml));
        Assert.Equal(
            Message.Replace("Brandt", "A &amp; B", StringComparison.Ordinal).Replace("<tel>1", "<tel use=\"work\">3", StringComparison.Ordinal),
            new ScriptBench().Transform("msg.name.family = 'A & B'; msg.tel[0]['@use'] = 'work'; msg.tel[0] = 3;", Message, Xml));
    }

    private static string Through(string script, string content, IMessageCodec inbound, IMessageCodec outbound)
    {
        var result = new ScriptBench().Run(ScriptBench.Scope(content, inbound, outbound), ScriptBench.Step(ScriptKind.Transformer, script));
        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        return Encoding.UTF8.GetString(result.Content.Span);
    }
}
