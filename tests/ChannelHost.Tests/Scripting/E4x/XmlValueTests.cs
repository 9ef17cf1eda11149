using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.E4x;

/// <summary>XML values as ECMA-357 has them: the same by default and in channels from elsewhere. Sections are those of its second edition.</summary>
public sealed class XmlValueTests
{
    private const string Order =
        "var order = <order id='7'><customer><name>Ana</name><city>Graz</city></customer>"
        + "<item sku='a1'><text>Pen</text><price>2.5</price><count>4</count></item>"
        + "<item sku='b2'><text>Ink</text><price>10</price><count>1</count></item></order>;\n";

    public static TheoryData<Compatibility> Both => [Compatibility.None, Compatibility.Mirth];

    // 11.1: initialisers
    [Theory]
    [InlineData("var n = 'row', k = 'id', v = 'a&\"<'; return <{n} {k}={v}>{v}</{n}>.toXMLString()", "<row id=\"a&amp;&quot;&lt;\">a&amp;\"&lt;</row>")]
    [InlineData("return <a>{<b>1</b>}{[1, 2]}{''}</a>.toXMLString()", "<a><b>1</b>1,2</a>")]
    [InlineData("return <a b='{x}'>\n  <c/>\n  <d> e </d>\n</a>.toXMLString()", "<a b=\"{x}\"><c/><d> e </d></a>")]
    [InlineData("return <a>{' '}<b/></a>.toXMLString()", "<a><b/></a>")]
    [InlineData("return <a>{' '}</a>.toXMLString()", "<a> </a>")]
    [InlineData("var x = <a>{'x'} {'y'}</a>; return x.children().length() + x.toString()", "1x y")]
    [InlineData("return <><a/>t<b/></>.length()", "3")]
    [InlineData("return <></>.length()", "0")]
    [InlineData("return (<a><![CDATA[1 < {2}]]></a>).toXMLString()", "<a><![CDATA[1 < {2}]]></a>")]
    [InlineData("return <a><![CDATA[1 < {2}]]></a>.toString()", "1 < {2}")]
    [InlineData("var s = ''; for (var i = 0; i < 3; i++) { s += <a n={i}>{i * 2}</a>.toXMLString(); } return s", "<a n=\"0\">0</a><a n=\"1\">2</a><a n=\"2\">4</a>")]
    [InlineData("var f = function () { return <a/>; }, one = f(); one.b = 1; return f().toXMLString() + one.toXMLString()", "<a/><a><b>1</b></a>")]

    // 11.2: reading
    [InlineData("return order.customer.name", "Ana")]
    [InlineData("return order.item.text", "<text>Pen</text><text>Ink</text>")]
    [InlineData("return '' + order.item[1].text + order.item[0].@sku + order.@id", "Inka17")]
    [InlineData("return order..price.length() + ',' + order.descendants('city') + ',' + order..@sku", "2,Graz,a1b2")]
    [InlineData("return order.*.length() + ',' + order.item.@*.length()", "3,2")]
    [InlineData("return order.item.(@sku == 'b2').text", "Ink")]
    [InlineData("return order.item.(price > 5).@sku", "b2")]
    [InlineData("return order.item.(price * count == 10).length()", "2")]
    [InlineData("return order.(customer.name == 'Ana').length()", "1")]
    [InlineData("var s = ''; for each (var i in order.item) { s += i.text; } return s", "PenInk")]
    [InlineData("var s = ''; for (var i in order.item) { s += i + order.item[i].count; } return s", "0411")]

    // names that are methods' names
    [InlineData("return order.customer.name + order.customer.name() + order.customer.name.toUpperCase()", "AnacustomerANA")]
    [InlineData("return order.item.text.length() + order.item[0].text().length() + order.item.length()", "4")]
    [InlineData("order.customer.name = 'Eva'; order.customer.name.@title = 'Dr'; return order.customer.name.toXMLString()", "<name title=\"Dr\">Eva</name>")]
    [InlineData("order.customer.contains.text = 'x'; return order.customer.contains.toXMLString()", "<contains><text>x</text></contains>")]
    [InlineData("delete order.item.text; return order..text.length()", "0")]
    [InlineData("var c = order.copy(); c.name = order.customer.name; return c.name.toXMLString()", "<name>Ana</name>")]
    [InlineData("return typeof order.item.length + typeof order.item.length()", "xmlnumber")]

    // 9.1.1, 9.2.1: writing
    [InlineData("order.customer.zip = 8010; return order.customer.zip", "8010")]
    [InlineData("order.customer.address.street = 'A'; return order.customer.address.toXMLString()", "<address><street>A</street></address>")]
    [InlineData("order.item = 'none'; return order.item.toXMLString()", "<item sku=\"a1\">none</item>")]
    [InlineData("order.item = <item/>; return order.item.length() + order.item.toXMLString()", "1<item/>")]
    [InlineData("order.customer = order.nothing; return order.customer.length()", "0")]
    [InlineData("order.@id = order.item.@sku; return order.@id", "a1 b2")]
    [InlineData("var i = <item/>; order.item += <></> + i; i.x = 1; return order.item.length() + ',' + order.item[2].toXMLString()", "3,<item/>")]
    [InlineData("order.item[0].count++; order.item[1].count += 2; return order.item[0].count + ',' + order.item[1].count", "5,12")]
    [InlineData("delete order.item[0]; delete order.@id; return order.item.@sku + order.@id.length()", "b20")]
    [InlineData("order.item[0].* = 'x'; return order.item[0].toXMLString()", "<item sku=\"a1\">x</item>")]
    [InlineData("var a = order.item[0], b = order.customer; b.item = a; a.text = 'Nib'; return b.item.text", "Pen")]
    [InlineData("order.appendChild(order); return order.order.length()", "1")]
    [InlineData("order.customer.name = '<b>&'; return order.customer.name.toXMLString()", "<name>&lt;b&gt;&amp;</name>")]

    // 11.4.1, 11.5: operators
    [InlineData("return (order.item.(true) + order.customer).length()", "3")]
    [InlineData("return <a>1</a> + <b>2</b> == '12'", "false")]
    [InlineData("return (<a>1</a> == <a>1</a>) + ',' + (order.item[0] === order.item[0]) + ',' + (<a><b/></a> == <a><b/></a>) + ',' + (<a><b/></a> != <a><c/></a>)", "true,true,true,true")]
    [InlineData("var l = order.item; return (l == order.item) + ',' + (order.item == order.item[0]) + ',' + [1, order].indexOf(order)", "true,false,1")]
    [InlineData("return typeof order + typeof order.item + typeof order.nothing + typeof order.item[9]", "xmlxmlxmlundefined")]
    [InlineData("return ('customer' in order) + ',' + ('@id' in order) + ',' + ('nothing' in order) + ',' + (1 in order.item)", "true,true,false,true")]
    [InlineData("return order.item[0].price * order.item[0].count + 1", "11")]

    // 13.4.4: methods
    [InlineData("order.customer.prependChild(<first/>).appendChild('end'); return order.customer.toXMLString()", "<customer><first/><name>Ana</name><city>Graz</city>end</customer>")]
    [InlineData("order.insertChildAfter(order.customer, <note/>).insertChildBefore(order.customer, <head/>); return order.*.localName ? order.children()[0].name() + order.children()[2].name() : ''", "headnote")]
    [InlineData("order.replace('item', <gone/>); return order.gone.length() + ',' + order.item.length()", "1,0")]
    [InlineData("order.item[0].setChildren(<x/> + <y/>); return order.item[0].toXMLString()", "<item sku=\"a1\"><x/><y/></item>")]
    [InlineData("return order.item[1].childIndex() + ',' + order.item.parent().name() + ',' + order.parent()", "2,order,undefined")]
    [InlineData("return order.hasOwnProperty('item') + ',' + order.hasOwnProperty('@id') + ',' + order.hasOwnProperty('x')", "true,true,false")]
    [InlineData("return order.customer.hasComplexContent() + ',' + order.customer.name.hasSimpleContent() + ',' + order.nodeKind() + ',' + order.@id.nodeKind()", "true,true,element,attribute")]
    [InlineData("return order.elements('item').length() + ',' + order.child(0).name() + ',' + order.attribute('id') + ',' + order.attributes().length()", "2,customer,7,1")]
    [InlineData("return order.item.contains(order.item[1]) + ',' + order.item.contains(<item/>)", "true,false")]
    [InlineData("order.setLocalName('o2'); order.@id.setName('no'); return order.copy().setChildren('').toXMLString()", "<o2 no=\"7\"/>")]
    [InlineData("var x = <a/>; x.appendChild('p'); x.appendChild('q'); var n = x.text().length(); x.normalize(); return n + ',' + x.text().length() + x", "2,1pq")]
    [InlineData("return order.valueOf() === order", "true")]
    [InlineData("return order.customer.name.trim().toLowerCase() + order.customer.city.substring(1) + order.@id.length() + order.customer.city.isEmpty()", "anaraz1false")]
    [InlineData("return `${order.customer.name}` + JSON.stringify({ n: String(order.customer.name) })", "Ana{\"n\":\"Ana\"}")]

    // 10.3, 13.4.1: from text
    [InlineData("return XML('<a>1</a>').toXMLString() + XML(order).name() + new XML(order).name()", "<a>1</a>orderorder")]
    [InlineData("var x = new XML(order); x.z = 1; return order.z.length()", "0")]
    [InlineData("return new XML('  \\uFEFF<?xml version=\"1.0\"?><!-- c --><a/><!-- d -->').toXMLString()", "<a/>")]
    [InlineData("return new XML('a &amp; b').toString() + new XML(null).nodeKind() + new XML().toString().length", "a & btext0")]
    [InlineData("return new XMLList('<a/> t <b/>').length() + XMLList(order.item).length() + new XMLList().length()", "5")]
    [InlineData("return isXMLName('a.b') + ',' + isXMLName('1a') + ',' + isXMLName('')", "true,false,false")]
    public void Script_YieldsWhatTheStandardSays(string script, string expected)
    {
        foreach (var compatibility in new[] { Compatibility.None, Compatibility.Mirth })
        {
            Assert.Equal(expected, Run(script, compatibility));
        }
    }

    // 13.4.3: settings
    [Theory]
    [InlineData("XML.prettyPrinting = true; XML.prettyIndent = 1; return <a><b>1</b><c/></a>.toXMLString()", "<a>\n <b>1</b>\n <c/>\n</a>")]
    [InlineData("XML.ignoreWhitespace = false; return <a> <b/> </a>.toXMLString()", "<a> <b/> </a>")]
    [InlineData("XML.ignoreProcessingInstructions = false; return <a><?p q?></a>.processingInstructions('p').length()", "1")]
    [InlineData("return <a><?p q?></a>.processingInstructions().length()", "0")]
    [InlineData("XML.setSettings({ prettyPrinting: true, prettyIndent: 'x' }); var s = XML.settings(); XML.setSettings(); return s.prettyPrinting + ',' + s.prettyIndent + ',' + XML.prettyPrinting", "true,2,false")]
    public void Settings_AreHeeded(string script, string expected) => Assert.Equal(expected, Run(script, Compatibility.None));

    [Theory]
    [InlineData("return new XML('<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>')", "document type")]
    [InlineData("return new XML('<a>&nbsp;</a>')", "no XML")]
    [InlineData("return new XML('<p:a/>')", "no XML")]
    [InlineData("return <a></b>", "no XML")]
    [InlineData("return new XML('<a>'.repeat(300) + '</a>'.repeat(300))", "nest")]
    [InlineData("var x = <a/>; for (var i = 0; i < 300; i++) { var y = <b/>; y.appendChild(x); x = y; } return x", "nest")]
    [InlineData("return order.item.name()", "one element")]
    [InlineData("order.item.x = 1", "which one")]
    [InlineData("order.nothing[0].x = 1", "undefined")]
    [InlineData("return order.indexOf('a')", "elements inside")]
    [InlineData("return (3).(@a == 1)", "XML on its left")]
    [InlineData("return XML(order.item)", "one element")]
    [InlineData("order.setName('a b')", "no name")]
    [InlineData("new Namespace('p', '')", "needs a namespace")]
    [InlineData("return order.get('x')", "belong to the message")]
    public void WhatCannotBe_IsAnErrorOfTheScript(string script, string expected)
    {
        var result = new ScriptBench().Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, Order + script));

        Assert.Equal(ScriptOutcome.Failed, result.Outcome);
        Assert.Contains(expected, result.Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void LiteralInAMessage_GoesInAndComesOut(Compatibility compatibility)
    {
        var bench = new ScriptBench { Compatibility = compatibility };

        var text = bench.Transform("var n = <NTE><NTE.1><NTE.1.1>1</NTE.1.1></NTE.1></NTE>; n['NTE.3']['NTE.3.1'] = 'note'; msg.appendChild(n);");

        Assert.EndsWith("NTE|1||note\r", text, StringComparison.Ordinal);
    }

    [Fact]
    public void LiteralPutIntoAMessage_MayBeFilledAfterwards()
    {
        var text = new ScriptBench().Transform("var n = <NTE/>; msg.appendChild(n); n['NTE.3']['NTE.3.1'] = 'b'; n['NTE.1']['NTE.1.1'] = 'a';");

        Assert.EndsWith("NTE|a||b\r", text, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoRunsOfOneUnit_ShareNoElements()
    {
        var unit = new ScriptBench().Compile(ScriptBench.Step(ScriptKind.Writer, "var x = <a b={msg['PID']['PID.8']['PID.8.1']}><c/></a>; x.c.d = 1; x.c += <c/>; return x.toXMLString();"));

        var first = unit.Run(ScriptBench.Scope(), TestContext.Current.CancellationToken);
        var second = unit.Run(ScriptBench.Scope(), TestContext.Current.CancellationToken);

        Assert.Equal("<a b=\"M\"><c><d>1</d></c><c/></a>", first.Value);
        Assert.Equal(first.Value, second.Value);
    }

    private static string? Run(string script, Compatibility compatibility)
    {
        var bench = new ScriptBench { Compatibility = compatibility };
        var result = bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, Order + "return String((function () { " + script + " })());"));
        Assert.True(result.Outcome == ScriptOutcome.Accepted, result.Error?.ToString());
        return result.Value as string;
    }
}
