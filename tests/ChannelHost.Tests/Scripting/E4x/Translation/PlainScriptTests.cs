using System.Collections.Concurrent;
using Acornima;
using ChannelHost.Scripting.E4x.Translation;

namespace ChannelHost.Tests.Scripting.E4x.Translation;

/// <summary>
/// Plain JavaScript is left alone. The first pass is asked itself, without the parser that would let plain scripts by: it must find no form of E4X where there
/// is none. <c>CHANNELHOST_JS_CORPUS</c> names a folder of any scripts, for instance node_modules, to be read as well.
/// </summary>
public class PlainScriptTests(ITestOutputHelper output)
{
    public static TheoryData<string> Plain => new(
        "a < b > c; a<b; if (a<b) c; a << 2; a <= b; a <<= 1",
        "x = a\n/b/g; y = a++ / 2; z = (a) / b; w = a[0] / b / c; v = {} / 1; u = {}\n/re/.test(s)",
        "if (a) /re</.test(b); while (a) /<a>/.exec(b); for (;;) /'/.test(b)",
        "function f() {} /<x>'/.test(a); x = function () {} / 2; x = class {} / 3; class A {} /<'/.test(a)",
        "x = `a ${ b < c ? `${ d / e }` : '<a>' } </a>`; tag`<a>` / 2; `a` < b",
        "a ? b : c; a ? { b: c } / 1 : d < e; l: { /<'/.test(a) } case1: for (;;) break case1",
        "switch (a) { case b < c: /'/.test(d); break; default: { } /<'/.test(a) }",
        "x = { default: 1, for: 2, if: a / b, in: c < d, get typeof() { return a / b }, async *each() { yield /'</ }, [a / b]: 1, 'x': /'/, 5: a / b }",
        "class A extends B { static #a = a / b; static { /'</.test(x) } for() {} get default() { return a < b } static async *c() { yield /'</ }\n x = 1\n y\n 'z'() {} }",
        "function* g() { yield /'</; yield* /'/; x = yield\n/'/ } function h() { var yield_ = 1; yield / 2 / 1 }",
        "async function f() { await /'</; for await (x of y) /'</.test(x) } async () => /'</; async x => { } \n/'</",
        "for (var of of of) ; for (let x of /'</.exec(a)) ; for (x in /'</) ; let = 1; let / 2 / 1; let [q] = a, { r } = b",
        "x = a <!-- '\n--> '\ny = 1",
        "#!/usr/bin/env '\nx = 1",
        "1..toString(); 1.5.toFixed(); .5 .toFixed(); 0x1f.a; 017.5; 1_000; 1e-5 / 2; [...a]; f(...b); a?.5:1; a?.b?.[c]?.(d)",
        "var xml, namespace, each, type; xml = namespace; for (each in xml) ; for (var each of xml) each / 2",
        "return\n/'</.test(a)",
        "a\n++b\n/c/d; a = b\n++\nc; a++\n/b/c",
        "x = a ? b : function () {} / 2; y = (a, b) => ({ c: d / e }); z = a => a / b; ({ a, b: { c = 1 / 2 } }) => c / 2",
        "do /'</.test(a); while (b) /'</.test(c)",
        "try { } catch { } finally { } /'</.test(a); if (a) { } else /'</.test(b)",
        "x = y.return / 2; x = y.if (a) / 2; x = this / 2; x = null / 2; x = super_ / 2; new.target_ / 2",
        "var a = /[/'<]/ / 2, b = /\\/'</gi.test(c); throw /'</",
        "\\u0061bc < d; var \\u{61}b = a / b; Ünïcode < b; a𠮷 / b",
        "x = '\\\n<'; y = 'a\\\r\n<b'; z = \"'<\"");

    [Theory]
    [MemberData(nameof(Plain))]
    public void PlainScript_IsLeftAlone(string script)
    {
        // Some are no scripts of today; all are tokens of one, and those have no E4X.
        var reader = new FormReader(script);

        Assert.Same(script, reader.Read());
        Assert.Null(reader.FirstForm);
    }

    [Theory]
    [MemberData(nameof(Plain))]
    public void PlainPartOfAScriptWithE4x_IsLeftAlone(string script)
    {
        if (script.StartsWith("#!", StringComparison.Ordinal))
        {
            return;
        }

        Assert.Equal("x['@a'];\n" + script + "\n;y['@b']", new FormReader("x.@a;\n" + script + "\n;y.@b").Read());
    }

    [Fact]
    public void CorpusOfPlainScripts_IsLeftAlone()
    {
        var folder = Environment.GetEnvironmentVariable("CHANNELHOST_JS_CORPUS");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "CHANNELHOST_JS_CORPUS names no folder.");
        var counts = new Counts();
        var wrong = new ConcurrentBag<string>();
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".js" or ".mjs" or ".cjs");
        Parallel.ForEach(files, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, file => CheckFile(file, counts, wrong));

        output.WriteLine($"{counts.Scripts} scripts and {counts.Modules} modules, {counts.Characters:N0} characters, left alone; {counts.Neither} files are neither.");
        Assert.True(wrong.IsEmpty, $"{wrong.Count}:\n" + string.Join('\n', wrong.Order(StringComparer.Ordinal).Take(40)));
        Assert.True(counts.Scripts > 0);
    }

    private static void CheckFile(string file, Counts counts, ConcurrentBag<string> wrong)
    {
        var text = File.ReadAllText(file);
        var isScript = Parses(text, parser => parser.ParseScript(text));
        if (!isScript && !Parses(text, parser => parser.ParseModule(text)))
        {
            Interlocked.Increment(ref counts.Neither);
            return;
        }

        Interlocked.Increment(ref isScript ? ref counts.Scripts : ref counts.Modules);
        Interlocked.Add(ref counts.Characters, text.Length);
        try
        {
            var reader = new FormReader(text);
            if (!ReferenceEquals(reader.Read(), text) || reader.FirstForm is not null)
            {
                wrong.Add($"{file}: a form at {reader.FirstForm}");
            }

            if (isScript)
            {
                CheckTranslator(file, text, wrong);
            }
        }
        catch (TranslationException exception)
        {
            wrong.Add($"{file}: {ChannelHost.Scripting.E4x.Translation.Translation.PlaceOf(text, exception.Offset)} {exception.Message}");
        }
    }

    private static void CheckTranslator(string file, string text, ConcurrentBag<string> wrong)
    {
        if (!ReferenceEquals(new Translator(e4x: true, Compatibility.None).Read(text, file).Text, text))
        {
            wrong.Add($"{file}: is changed");
        }

        // With typeof rewritten it must still be a script.
        var mirth = new Translator(e4x: true, Compatibility.Mirth).Read(text, file).Text;
        if (!ReferenceEquals(mirth, text) && !Parses(mirth, parser => parser.ParseScript(mirth)))
        {
            wrong.Add($"{file}: is no script with typeof rewritten");
        }
    }

    private static bool Parses(string text, Action<Parser> parse)
    {
        try
        {
            parse(new Parser(new ParserOptions { AllowReturnOutsideFunction = true, EcmaVersion = EcmaVersion.Latest }));
            return text.Length > 0;
        }
        catch (Exception exception) when (exception is ParseErrorException or InsufficientExecutionStackException)
        {
            return false;
        }
    }

    private sealed class Counts
    {
        public int Scripts;
        public int Modules;
        public int Neither;
        public long Characters;
    }
}
