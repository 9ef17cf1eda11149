namespace ChannelHost.Tests.Scripting.Java;

public sealed class JavaJsonTests
{
    private const string Setup = "var J = org.json.JSONObject, A = org.json.JSONArray, X = org.json.XML, G = Packages.com.google.gson; ";

    [Theory]
    [InlineData("new J('{\"a\":1,\"b\":[1,2,{\"c\":null}],\"d\":\"x/y\"}').toString()", "{\"a\":1,\"b\":[1,2,{\"c\":null}],\"d\":\"x/y\"}")]
    [InlineData("new J(\"{a: 'x', b: yes, }\").toString()", "{\"a\":\"x\",\"b\":\"yes\"}")]
    [InlineData("new J().put('a', 1).put('b', true).put('c', 'x').put('d', 1.5).put('e', J.NULL).put('f', null).toString()", "{\"a\":1,\"b\":true,\"c\":\"x\",\"d\":1.5,\"e\":null}")]
    [InlineData("var m = new java.util.HashMap(); m.put('k', [1, {a: 2}]); new J(m).toString()", "{\"k\":[1,{\"a\":2}]}")]
    [InlineData("new J('{\"a\":\"1\",\"b\":2.50,\"c\":\"TRUE\"}').getInt('a') + '|' + new J('{\"b\":2.50}').get('b') + '|' + new J('{\"c\":\"TRUE\"}').getBoolean('c')", "1|2.5|true")]
    [InlineData("var o = new J(); o.optString('x') + '|' + o.optString('x', 'd') + '|' + o.optInt('x') + '|' + o.optBoolean('x', true) + '|' + o.opt('x') + '|' + o.isNull('x') + '|' + o.has('x')", "|d|0|true|null|true|false")]
    [InlineData("new J().accumulate('a', 1).accumulate('a', 2).append('b', 'x').append('b', 'y').increment('n').increment('n').toString()", "{\"a\":[1,2],\"b\":[\"x\",\"y\"],\"n\":2}")]
    [InlineData("new J('{\"a\":1,\"b\":{\"c\":[]},\"d\":[1,2]}').toString(2)", "{\n  \"a\": 1,\n  \"b\": {\"c\": []},\n  \"d\": [\n    1,\n    2\n  ]\n}")]
    [InlineData("var o = new J('{\"a\":1,\"b\":2}'); var s = ''; for (var i = o.keys(); i.hasNext();) s += i.next(); s + o.keySet().size() + o.length() + o.names() + o.remove('a') + o.length()", "ab22[\"a\",\"b\"]11")]
    [InlineData("new J('{\"a\":{\"b\":[null,1]}}').toMap().get('a').get('b').get(1)", "1")]
    [InlineData("new J('{\"a\":1,\"b\":2.0}').similar(new J('{\"b\":2,\"a\":1}'))", "true")]
    [InlineData("var o = new J('{\"a\":{}}'); o.getJSONObject('a').put('x', 1); o.toString()", "{\"a\":{\"x\":1}}")]
    [InlineData("new A('[1,,\"x\"]').put(5, true).put('y').toString()", "[1,null,\"x\",null,null,true,\"y\"]")]
    [InlineData("var a = new A([3, 'b', [1]]); a.length() + a.getString(1) + a.getJSONArray(2).getInt(0) + a.optInt(9, 7) + a.join('-')", "3b173-\"b\"-[1]")]
    [InlineData("new A(new java.util.ArrayList()).put(new J().put('a', 1)).toList().get(0).get('a')", "1")]
    [InlineData("J.quote('</a> \"\\n\\u0001\\u2028é')", "\"<\\/a> \\\"\\n\\u0001\\u2028é\"")]
    [InlineData("new J('{\"id\":007,\"big\":12345678901234567890,\"n\":-0.0,\"e\":1e3}').toString()", "{\"id\":\"007\",\"big\":12345678901234567890,\"n\":-0,\"e\":1000}")]
    [InlineData("X.toJSONObject('<?xml version=\"1.0\"?><p id=\"7\"><n>A &amp; B</n><n>true</n><e/><t x=\"1\">text</t></p>').toString()", "{\"p\":{\"id\":7,\"n\":[\"A & B\",true],\"e\":\"\",\"t\":{\"x\":1,\"content\":\"text\"}}}")]
    [InlineData("X.toJSONObject('<p><n>007</n><m>1.0</m></p>', true).toString()", "{\"p\":{\"n\":\"007\",\"m\":\"1.0\"}}")]
    [InlineData("X.toString(new J('{\"a\":[1,{\"b\":\"<\"}],\"c\":\"\",\"d\":{\"content\":\"t\"}}'), 'r')", "<r><a>1</a><a><b>&lt;</b></a><c/><d>t</d></r>")]
    [InlineData("JSON.stringify(new J('{\"a\":[1,null]}'))", "{\"a\":[1,null]}")]
    [InlineData("new J(new org.json.JSONTokener('{\"a\":1} rest')).getInt('a')", "1")]
    public void JsonOfOrgJson_BehavesAsItsLibrary(string script, string expected) => Assert.Equal(expected, Text(script));

    [Theory]
    [InlineData("new J('[1]')", "org.json.JSONException: A JSONObject text must begin with '{'")]
    [InlineData("new J('{\"a\":1,\"a\":2}')", "org.json.JSONException: Duplicate key")]
    [InlineData("new J('{\"a\":1')", "org.json.JSONException: Expected a ',' or '}'")]
    [InlineData("new J('{}').get('a')", "org.json.JSONException: JSONObject[\"a\"] not found.")]
    [InlineData("new J('{\"a\":1}').getString('a')", "org.json.JSONException: JSONObject[\"a\"] is not a string (java.lang.Integer).")]
    [InlineData("new A('[]').getInt(0)", "org.json.JSONException: JSONArray[0] not found.")]
    [InlineData("new A('[' .repeat(600))", "nests deeper than 512 levels")]
    [InlineData("var o = new J(); o.put('o', o); o.toString()", "contains itself")]
    [InlineData("new A().put(1e9, 1)", "limit")]
    [InlineData("new J().put('a', NaN)", "non-finite")]
    [InlineData("X.toJSONObject('<a><b></a>')", "org.json.JSONException: The text is no XML")]
    [InlineData("X.toJSONObject('<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>')", "org.json.JSONException")]
    [InlineData("G.JsonParser.parseString('{\"a\":')", "com.google.gson.JsonSyntaxException")]
    public void WhatIsNoJson_IsAnErrorThatSaysWhere(string script, string reason)
    {
        var result = JavaBench.Eval(Setup + script);

        Assert.StartsWith("throws:", result, StringComparison.Ordinal);
        Assert.Contains(reason, result, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new J('{\"a\":1}').get('a') instanceof java.lang.Integer", "boolean:true")]
    [InlineData("new J().put('a', 1).toString()", "object:{\"a\":1}")]
    [InlineData("new J('{\"a\":\"x\"}').getString('a') == 'x'", "boolean:true")]
    [InlineData("new J('{\"a\":\"x\"}').getString('a')", "object:x")]
    [InlineData("new J('{\"a\":null}').get('a') === J.NULL", "boolean:true")]
    public void UnderMirthCompatibility_ValuesAreJavas(string script, string expected) => Assert.Equal(expected, JavaBench.Eval(Setup + script, Compatibility.Mirth));

    [Theory]
    [InlineData("new G.Gson().toJson({ a: 'x<y', b: null, c: [1, 1.5] })", "{\"a\":\"x\\u003cy\",\"c\":[1,1.5]}")]
    [InlineData("new G.GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create().toJson({ a: '<', b: null, c: [] })", "{\n  \"a\": \"<\",\n  \"b\": null,\n  \"c\": []\n}")]
    [InlineData("var o = G.JsonParser.parseString('{\"a\":{\"b\":[1.0,\"x\",true,null]}}').getAsJsonObject(); o.get('a').getAsJsonObject().get('b').getAsJsonArray().get(0).getAsInt() + '|' + o", "1|{\"a\":{\"b\":[1.0,\"x\",true,null]}}")]
    [InlineData("new G.JsonParser().parse('{\"a\":\"x\"}').getAsJsonObject().get('a').getAsString()", "x")]
    [InlineData("var o = new G.JsonObject(); o.addProperty('a', 1); var l = new G.JsonArray(); l.add(new G.JsonPrimitive('x')); l.add('y'); o.add('l', l); o.toString() + o.size() + o.has('l') + l.size()", "{\"a\":1,\"l\":[\"x\",\"y\"]}2true2")]
    [InlineData("new G.Gson().fromJson('{\"a\":[1,2]}', java.util.Map).get('a').size()", "2")]
    [InlineData("new G.Gson().fromJson('{\"a\":1}', G.JsonObject).get('a').isJsonPrimitive()", "true")]
    [InlineData("G.JsonParser.parseString('null').isJsonNull() + '|' + G.JsonNull.INSTANCE", "true|null")]
    public void JsonOfGson_BehavesAsItsLibrary(string script, string expected) => Assert.Equal(expected, Text(script));

    [Fact]
    public void LargeDocument_IsReadWithinTheRunsMemory()
    {
        var result = JavaBench.Eval(Setup + "new A('[' + new Array(1000000).join('{a:1},') + '1]').length()");

        Assert.Contains("memory", result, StringComparison.Ordinal);
    }

    private static string Text(string script)
    {
        var result = JavaBench.Eval(Setup + script);
        Assert.False(result.StartsWith("throws:", StringComparison.Ordinal), result);
        return result[(result.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
