using ChannelHost.DataTypes;
using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.E4x;

/// <summary>Namespaces of XML values and of messages (ECMA-357, 11.1.3, 13.2, 13.3, 13.4.4).</summary>
public sealed class NamespaceTests
{
    private const string Document = "<d xmlns=\"urn:d\" xmlns:p=\"urn:p\"><a>1</a><p:a p:t=\"x\" t=\"y\">2</p:a></d>";

    [Theory]
    [InlineData("return x.a.length()", "0")]
    [InlineData("default xml namespace = 'urn:d'; return x.a", "1")]
    [InlineData("var p = new Namespace('urn:p'); return '' + x.p::a + x.p::a.@p::t + x.p::a.@t", "2xy")]
    [InlineData("var p = new Namespace('urn:p'); return x..p::a.length() + x.p::*.length() + x.*::a.length() + x.*::*.length()", "6")]
    [InlineData("return x[new QName('urn:p', 'a')] + x.elements(new QName('urn:d', 'a'))", "21")]
    [InlineData("var q = x.*::a[1].name(); return q.localName + q.uri + ' ' + q", "aurn:p urn:p::a")]
    [InlineData("var n = x.namespace(); return n.uri + x.namespace('p') + x.namespace('q') + (n == new Namespace('urn:d'))", "urn:durn:pundefinedtrue")]
    [InlineData("return x.*::a[1].toXMLString()", "<p:a xmlns:p=\"urn:p\" p:t=\"x\" t=\"y\">2</p:a>")]
    [InlineData("return x.*::a[0].toXMLString()", "<a xmlns=\"urn:d\">1</a>")]
    [InlineData("var y = <y/>; y.appendChild(x.*::a[1]); return y.toXMLString()", "<y><p:a p:t=\"x\" t=\"y\" xmlns:p=\"urn:p\">2</p:a></y>")]
    [InlineData("var p = new Namespace('p', 'urn:p'); x.p::b = 3; x.p::b.@p::c = 4; return x.p::b.toXMLString()", "<p:b xmlns:p=\"urn:p\" p:c=\"4\">3</p:b>")]
    [InlineData("var z = new Namespace('urn:z'); x.z::b = 3; return x.z::b.toXMLString()", "<b xmlns=\"urn:z\">3</b>")]
    [InlineData("default xml namespace = 'urn:d'; var y = <y/>; x.y = y; return y.toXMLString() + ' ' + x.y.length()", "<y xmlns=\"urn:d\"/> 1")]
    [InlineData("x.setNamespace(new Namespace('q', 'urn:q')); return x.copy().setChildren('').toXMLString()", "<q:d xmlns=\"urn:d\" xmlns:p=\"urn:p\" xmlns:q=\"urn:q\"/>")]
    [InlineData("x.addNamespace(new Namespace('r', 'urn:r')); x.removeNamespace('urn:p'); var s = ''; for each (var n in x.namespaceDeclarations()) { s += n.prefix + ' '; } return s", " p r ")]
    [InlineData("var s = ''; for each (var n in x.*::a[0].inScopeNamespaces()) { s += n.prefix + '=' + n.uri + ' '; } return s", "=urn:d p=urn:p ")]
    [InlineData("x.*::a[0].setName(new QName('urn:p', 'c')); return x.*::c.toXMLString()", "<p:c xmlns:p=\"urn:p\">1</p:c>")]
    [InlineData("return x.@*.length() + ',' + x.attributes().length() + ',' + x.*::a.@*.length()", "0,0,2")]
    [InlineData("var p = new Namespace('urn:p'); delete x.p::a; return x.*.length()", "1")]
    [InlineData("x.@p = 1; return x.@p + x.namespace('p')", "1urn:p")]
    [InlineData("return QName('a') == 'a' && QName('urn:p', 'a') == new QName(new Namespace('urn:p'), 'a') && QName('a') instanceof QName && new Namespace('u') instanceof Namespace", "true")]
    public void FreeXml_NamesMeanTheirNamespace(string script, string expected)
    {
        foreach (var compatibility in new[] { Compatibility.None, Compatibility.Mirth })
        {
            var result = new ScriptBench { Compatibility = compatibility }.Run(
                ScriptBench.Scope(),
                ScriptBench.Step(ScriptKind.Writer, $"var x = {Document};\nreturn String((function () {{ {script} }})());"));

            Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
            Assert.Equal(expected, result.Value);
        }
    }

    [Theory]
    [InlineData(Compatibility.None, "msg.a + msg.nope.length()", "<a xmlns=\"urn:d\">1</a><p:a xmlns:p=\"urn:p\" p:t=\"x\" t=\"y\">2</p:a>0")]
    [InlineData(Compatibility.None, "msg.a.@t", "xy")]
    [InlineData(Compatibility.Mirth, "msg.a", "1")]
    [InlineData(Compatibility.Mirth, "msg.*::a.length() + msg.*::a.@t", "2y")]
    public void Message_ByDefaultNamesAreLocal_FromElsewhereTheyMeanTheRootsNamespace(Compatibility compatibility, string expression, string expected)
    {
        var bench = new ScriptBench { Compatibility = compatibility };

        bench.Transform($"logger.info(String({expression}));", Document, Xml());

        Assert.Equal(expected, Assert.Single(bench.Log).Text);
    }

    [Theory]
    [InlineData(Compatibility.None)]
    [InlineData(Compatibility.Mirth)]
    public void MessageChanged_WhatIsNewIsInTheRightNamespaceAndIsRead(Compatibility compatibility)
    {
        const string Script = "var p = new Namespace('urn:p'), z = new Namespace('urn:z');\nmsg.b.c = 'new'; msg.p::d = 1; msg.z::e.@z::f = 2; msg.appendChild(<g/>);";

        var text = new ScriptBench { Compatibility = compatibility }.Transform(Script, Document, Xml());
        var again = new ScriptBench { Compatibility = Compatibility.Mirth };
        again.Transform("var p = new Namespace('urn:p'), z = new Namespace('urn:z'); logger.info(msg.b.c + '|' + msg.p::d + '|' + msg.z::e.@z::f);", text, Xml());

        Assert.Equal("new|1|2", Assert.Single(again.Log).Text);
    }

    private static IMessageCodec Xml()
    {
        var type = DataTypeCatalog.All.Single(type => type.Name == "xml");
        return type.CreateCodec(Activator.CreateInstance(type.OptionsType)!);
    }
}
