using System.Text.Json;
using System.Text.RegularExpressions;
using Acornima;
using ChannelHost.Scripting.E4x.Translation;

namespace ChannelHost.Tests.Scripting.E4x.Translation;

public partial class SnippetTests
{
    // The decorator of the contract's list is left out: the engine has none.
    public static TheoryData<string, string> Snippets
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Scripting", "E4x", "Translation", "Data", "snippets.tsv")))
            {
                var cells = line.Split('\t');
                data.Add(JsonSerializer.Deserialize<string>(cells[0])!, cells[1]);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public void SnippetOfTheContract_MeansWhatIsWritten(string source, string expected)
    {
        if (Place().IsMatch(expected))
        {
            Assert.Equal(expected, PlaceOfError(source));
            return;
        }

        var plain = new Translator(e4x: true, source.StartsWith("typeof", StringComparison.Ordinal) ? Compatibility.Mirth : Compatibility.None).Read(source, "s.js").Text;

        Assert.Equal(SyntaxText.Of(Expand(expected)), SyntaxText.Of(plain));
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public void E4xSwitchedOff_IsASyntaxErrorOrUnchanged(string source, string expected)
    {
        var off = new Translator(e4x: false, Compatibility.Mirth);
        if (IsPlain(source))
        {
            Assert.DoesNotMatch(Place(), expected);
            Assert.Same(source, off.Read(source, "s.js").Text);
            return;
        }

        Assert.Throws<SyntaxErrorException>(() => off.Read(source, "s.js"));
        Assert.Throws<SyntaxErrorException>(() => new Translator(e4x: true, Compatibility.None).Read("// @no-e4x\n" + source, "s.js"));
    }

    private static bool IsPlain(string source)
    {
        try
        {
            new Parser(new ParserOptions { AllowReturnOutsideFunction = true }).ParseScript(source);
            return true;
        }
        catch (SyntaxErrorException)
        {
            return false;
        }
    }

    private static string PlaceOfError(string source)
    {
        try
        {
            return "read as " + new Translator(e4x: true, Compatibility.None).Read(source, "s.js").Text;
        }
        catch (ParseErrorException error)
        {
            return $"{error.LineNumber}:{error.Column}";
        }
        catch (TranslationException error)
        {
            var (line, column) = ChannelHost.Scripting.E4x.Translation.Translation.PlaceOf(source, error.Offset);
            return $"{line}:{column}";
        }
    }

    private static string Expand(string expected)
    {
        var text = Pick2().Replace(expected, "(E.pick(%x2,'$1') ?? E.pick(%x1,'$1') ?? (typeof $1 === 'undefined' ? E.none() : $1))");
        text = Pick().Replace(text, "(E.pick(%x1,'$1') ?? (typeof $1 === 'undefined' ? E.none() : $1))");
        return HelperName().Replace(text, "__e4x.").Replace("%x", "__x", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\d+:\d+$")]
    private static partial Regex Place();

    [GeneratedRegex(@"\bpick2 (\w+)")]
    private static partial Regex Pick2();

    [GeneratedRegex(@"\bpick (\w+)")]
    private static partial Regex Pick();

    [GeneratedRegex(@"\bE\.")]
    private static partial Regex HelperName();
}
