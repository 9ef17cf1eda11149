using System.Text.RegularExpressions;

namespace ChannelHost.Tests.Scripting.E4x;

/// <summary>What the reference engine made of some four hundred expressions. Where it is odd we are right by default, and like it in channels that come from it.</summary>
public sealed partial class ReferenceExampleTests
{
    /// <summary>Stands for an error where a text is expected.</summary>
    private const string Error = "(an error)";

    // Always ours, because the language is newer here, or the reference's own answer cannot be wanted.
    private static readonly Dictionary<string, string> Ours = new(StringComparer.Ordinal)
    {
        ["`t ${1+1}`"] = "t 2",
        ["class A {}; 1"] = "1",
        ["function f(a=5){return a}; f()"] = "5",
        ["function f(...r){return r.length}; f(1,2)"] = "2",
        ["Math.max(...[1,2,3])"] = "3",
        ["[...[1,2]].length"] = "2",
        ["var x=1; var o={x}; o.x"] = "1",
        ["var o={['k'+1]:2}; o.k1"] = "2",
        ["typeof Promise"] = "function",
        ["[1,[2]].flat"] = "function flat() { [native code] }",
        ["Object.entries"] = "function entries() { [native code] }",
        ["Object.values"] = "function values() { [native code] }",
        ["typeof globalThis"] = "object",
        ["async function f(){}"] = "undefined",
        ["1 ** 2"] = "1",
        ["null ?? 1"] = "1",
        ["var o=null; o?.a"] = "undefined",
        ["/a/y.test('a')"] = "true",
        ["/a/u.test('a')"] = "true",
        ["/(?<=a)b/.test('ab')"] = "true",
        ["/(?<n>a)/.test('a')"] = "true",
        ["'abc'.replaceAll('a','b')"] = "bbc",
        ["'abc'.replaceAll('[ab]','x')"] = "abc",

        // Our scope has a console.
        ["typeof console"] = "object",

        // Texts of the engine's own errors are the engine's.
        ["try { nope.x } catch(e) { e.name + ': ' + e.message }"] = "ReferenceError: nope is not defined",
        ["try { null.x } catch(e) { e.name + ': ' + e.message }"] = "TypeError: Cannot read properties of null (reading 'x')",
        ["try { undefined.x() } catch(e) { e.name + ': ' + e.message }"] = "TypeError: Cannot read property 'x' of undefined",
        ["try { ({}).foo() } catch(e) { e.message }"] = "Property 'foo' of object is not a function",
        ["(function(){ 'use strict'; try { zz = 1; return 'ok'; } catch(e) { return e.message; } })()"] = "zz is not defined",
        ["try { throw new Error('x') } catch(e) { e.message + e.lineNumber + e.fileName }"] = "xundefinedundefined",

        // Texts have Java's methods everywhere; the reference has some of them on Java's own strings alone.
        ["var s='abc'; s.getBytes().length"] = "3",
        ["'abc'.isEmpty()"] = "false",
        ["'abc'.matches('a.*')"] = "true",
        ["'abc'.contains('b')"] = "true",
        ["'abc'.hashCode()"] = "96354",
        ["'a1b2'.replaceFirst('[0-9]','x')"] = "axb2",
        ["'abc'.compareTo('abd')"] = "-1",
        ["'abc'.toCharArray().length"] = "3",

        // Lists can be walked with for-of, and a text of Java's lists no members.
        ["var l=new java.util.ArrayList(); l.add('a'); var s=''; for (var k of l) s+=k; s"] = "a",
        ["var s=new java.lang.String('hello'); for (var c in s) c"] = "undefined",
        ["var s=new java.lang.String('hello'); s.valueOf()"] = "undefined",

        // A syntax of one engine that no script examined uses.
        ["try { 1 } catch (e if e instanceof Error) { 2 } finally { }"] = Error,

        // The engine asks the value on the left alone, and that is not ours.
        ["var e=<aaa><z/></aaa>; undefined == e.b"] = "false",

        // An internal failure there; a tag that is not closed is an error.
        ["new XML('<a').toXMLString()"] = Error,
    };

    // Ours by default, the reference's in channels that come from it.
    private static readonly Dictionary<string, string> Default = new(StringComparer.Ordinal)
    {
        // On a text, replace is what texts have.
        ["m['PID']['PID.5']['PID.5.1'].replace('D','X')"] = "XOE",

        // A further one stands beside the others (ECMA-357, 9.2.1.2).
        ["m.PID['PID.3'][2]=<PID.3>z</PID.3>; m.toXMLString()"] =
            "<HL7Message><PID><PID.3><PID.3.1>1</PID.3.1></PID.3><PID.3><PID.3.1>2</PID.3.1></PID.3><PID.3>z</PID.3><PID.5><PID.5.1>DOE</PID.5.1><PID.5.2/></PID.5><PID.8>M</PID.8></PID></HL7Message>",

        // A field's text belongs into JSON.
        ["JSON.stringify(m.PID['PID.8'])"] = "\"M\"",
        ["JSON.stringify({a:m.PID['PID.8']['PID.8.1']})"] = "{\"a\":\"\"}",
        ["JSON.stringify({a:<b>1</b>})"] = "{\"a\":\"1\"}",
    };

    // Where that build failed inside itself, because it cannot read an element of fewer than five characters: what ECMA-357 says.
    private static readonly Dictionary<string, string> HostBugs = new(StringComparer.Ordinal)
    {
        ["m.appendChild(<Z/>); m.toXMLString()"] = "<HL7Message><PID><PID.3><PID.3.1>1</PID.3.1></PID.3><PID.3><PID.3.1>2</PID.3.1></PID.3><PID.5><PID.5.1>DOE</PID.5.1><PID.5.2/></PID.5><PID.8>M</PID.8></PID><Z/></HL7Message>",
        ["m.prependChild(<Z/>); m.toXMLString()"] = "<HL7Message><Z/><PID><PID.3><PID.3.1>1</PID.3.1></PID.3><PID.3><PID.3.1>2</PID.3.1></PID.3><PID.5><PID.5.1>DOE</PID.5.1><PID.5.2/></PID.5><PID.8>M</PID.8></PID></HL7Message>",
        ["m.insertChildBefore(m.PID, <Z/>); m.toXMLString()"] = "<HL7Message><Z/><PID><PID.3><PID.3.1>1</PID.3.1></PID.3><PID.3><PID.3.1>2</PID.3.1></PID.3><PID.5><PID.5.1>DOE</PID.5.1><PID.5.2/></PID.5><PID.8>M</PID.8></PID></HL7Message>",
        ["m.insertChildAfter(m.PID, <Z/>); m.toXMLString()"] = "<HL7Message><PID><PID.3><PID.3.1>1</PID.3.1></PID.3><PID.3><PID.3.1>2</PID.3.1></PID.3><PID.5><PID.5.1>DOE</PID.5.1><PID.5.2/></PID.5><PID.8>M</PID.8></PID><Z/></HL7Message>",
        ["m.insertChildAfter(m.PID[0], <Z/>); m.toXMLString()"] = "<HL7Message><PID><PID.3><PID.3.1>1</PID.3.1></PID.3><PID.3><PID.3.1>2</PID.3.1></PID.3><PID.5><PID.5.1>DOE</PID.5.1><PID.5.2/></PID.5><PID.8>M</PID.8></PID><Z/></HL7Message>",
        ["m.PID.setChildren(<A/>); m.toXMLString()"] = "<HL7Message><PID><A/></PID></HL7Message>",
        ["new XML('<a/>').toString()"] = "",
        ["<a/> + <b/>"] = "<a/><b/>",
        ["typeof (<a/> + <b/>)"] = "xml",
        ["default xml namespace = 'urn:q'; <a/>.toXMLString ? 1 : 2"] = "1",
        ["var e=<a/>['b']; e == undefined"] = "false",
    };

    private static readonly IReadOnlyList<ReferenceExample> Examples = ReferenceExample.Load();

    public static TheoryData<string> Expressions => [.. Examples.Select(example => example.Expr).Distinct()];

    // Objects and strings of Java are the language's own values by default; what they do in channels from there is compared above and in JavaExampleTests.
    public static TheoryData<string> ExpressionsWithoutJava => [.. Examples.Select(example => example.Expr).Where(expression => !Java().IsMatch(expression)).Distinct()];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void InAChannelFromThere_IsTheReference(string expression)
    {
        var example = Examples.First(each => each.Expr == expression);

        Assert.Equal(Ours.GetValueOrDefault(expression) ?? Expected(example), Outcome(example, Compatibility.Mirth));
    }

    [Theory]
    [MemberData(nameof(ExpressionsWithoutJava))]
    public void ByDefault_IsTheReferenceOrRight(string expression)
    {
        var example = Examples.First(each => each.Expr == expression);

        Assert.Equal(Ours.GetValueOrDefault(expression) ?? Default.GetValueOrDefault(expression) ?? Expected(example), Outcome(example, Compatibility.None));
    }

    [Fact]
    public void EveryDifferenceListed_IsOneOfTheExamples() =>
        Assert.Empty(Ours.Keys.Concat(Default.Keys).Except(Examples.Select(example => example.Expr)));

    private static string Expected(ReferenceExample example) => example.HostBug is not null ? HostBugs[example.Expr] : example.Text ?? Error;

    private static string Outcome(ReferenceExample example, Compatibility compatibility)
    {
        var (_, text, isError) = example.Run(compatibility);
        return isError ? Error : text;
    }

    [GeneratedRegex(@"java|Packages|Java")]
    private static partial Regex Java();
}
