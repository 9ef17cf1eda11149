using System.Globalization;
using System.Text;
using ChannelHost.Scripting.Java.Lang;
using Jint.Native;

namespace ChannelHost.Scripting.Java.IO;

/// <summary>Readers and writers.</summary>
internal static class ReaderClasses
{
    /// <summary><c>java.io.Reader</c>.</summary>
    public static readonly JavaClass Reader = new JavaClass("java.io.Reader")
        .Method<JavaReader>("read", static (reader, call) => Read(reader, call))
        .Method<JavaReader>("ready", static (reader, _) => reader.Source.Peek() >= 0)
        .Void<JavaReader>("close", static (reader, _) => reader.Source.Dispose());

    /// <summary><c>java.io.BufferedReader</c>.</summary>
    public static readonly JavaClass BufferedReader = new JavaClass("java.io.BufferedReader", Reader)
        .New(static call => new JavaReader(Streams.OpenReader(call, 0, 99)))
        .Method<JavaReader>("readLine", static (reader, call) => ReadLine(reader, call))
        .Method<JavaReader>("lines", static (reader, call) => FileClasses.Lines(call, reader.ReadAll(call)));

    /// <summary><c>java.io.Writer</c>.</summary>
    public static readonly JavaClass Writer = new JavaClass("java.io.Writer")
        .Void<JavaWriter>("write", static (writer, call) => writer.Write(call, Written(call)))
        .Chain<JavaWriter>("append", static (writer, call) => writer.Write(call, call.Shown(0)))
        .Void<JavaWriter>("flush", static (writer, _) => writer.Target.Flush())
        .Void<JavaWriter>("close", static (writer, _) => Close(writer));

    /// <summary><c>java.io.BufferedWriter</c>.</summary>
    public static readonly JavaClass BufferedWriter = new JavaClass("java.io.BufferedWriter", Writer)
        .New(static call => new JavaWriter(Streams.OpenWriter(call, 0, 99, append: false)))
        .Void<JavaWriter>("newLine", static (writer, call) => writer.Write(call, "\n"));

    /// <summary><c>java.io.PrintWriter</c>.</summary>
    public static readonly JavaClass PrintWriter = new JavaClass("java.io.PrintWriter", Writer)
        .New(static call => new JavaWriter(Streams.OpenWriter(call, 0, call[1] is JsBoolean ? 99 : 1, append: false)))
        .Void<JavaWriter>("print", static (writer, call) => writer.Write(call, call.Shown(0)))
        .Void<JavaWriter>("println", static (writer, call) => writer.Write(call, (call.Count == 0 ? "" : call.Shown(0)) + "\n"))
        .Chain<JavaWriter>("printf", static (writer, call) => writer.Write(call, JavaFormat.Format(call, call.Text(0), call.Rest(1))))
        .Method<JavaWriter>("checkError", static (_, _) => false);

    /// <summary>The rest.</summary>
    public static readonly JavaClass[] Others =
    [
        new JavaClass("java.io.StringReader", BufferedReader).New(static call => new JavaReader(new StringReader(call.Text(0)))),
        new JavaClass("java.io.InputStreamReader", BufferedReader).New(static call => new JavaReader(Streams.OpenReader(call, 0, 1))),
        new JavaClass("java.io.FileReader", BufferedReader).Needs(JavaNeed.Folder).New(static call => new JavaReader(Streams.OpenReader(call, 0, 1))),
        new JavaClass("java.io.StringWriter", PrintWriter)
            .New(static _ => new JavaWriter(new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" }))
            .Method<JavaWriter>("getBuffer", static (writer, call) => call.New(BuilderClasses.StringBuffer, ((StringWriter)writer.Target).GetStringBuilder()))
            .Method<JavaWriter>("toString", static (writer, call) => call.Return(writer.Target.ToString())),
        new JavaClass("java.io.OutputStreamWriter", BufferedWriter).New(static call => new JavaWriter(Streams.OpenWriter(call, 0, 1, append: false))),
        new JavaClass("java.io.FileWriter", BufferedWriter).Needs(JavaNeed.Folder).New(static call => new JavaWriter(Streams.OpenWriter(call, 0, 99, append: call.Flag(1)))),
        new JavaClass("java.util.Scanner")
            .New(static call => new TextScanner(Streams.ReadAll(call, 0)))
            .Method<TextScanner>("hasNextLine", static (scanner, _) => scanner.HasLine)
            .Method<TextScanner>("nextLine", static (scanner, call) => call.Return(scanner.Line() ?? throw NoMore(call)))
            .Method<TextScanner>("hasNext", static (scanner, call) => scanner.Token(call, takes: false) is not null)
            .Method<TextScanner>("next", static (scanner, call) => call.Return(scanner.Token(call, takes: true) ?? throw NoMore(call)))
            .Method<TextScanner>("hasNextInt", static (scanner, call) => int.TryParse(scanner.Token(call, takes: false), CultureInfo.InvariantCulture, out _))
            .Method<TextScanner>("nextInt", static (scanner, call) => int.TryParse(scanner.Token(call, takes: true), CultureInfo.InvariantCulture, out var number)
                ? number
                : throw call.Throw("java.util.InputMismatchException", null))
            .Chain<TextScanner>("useDelimiter", static (scanner, call) => scanner.Delimiter = call.Text(0))
            .Void<TextScanner>("close", static (_, _) => { }),
    ];

    /// <summary>The next line; null at the end.</summary>
    public static JsValue ReadLine(JavaReader reader, JavaCall call)
    {
        var next = reader.Source.Read();
        if (next < 0)
        {
            return JsValue.Null;
        }

        var line = new StringBuilder();
        for (; next >= 0 && next != '\n' && next != '\r'; next = reader.Source.Read())
        {
            // A compressed stream without a line's end is no line: it stops where texts do.
            if ((line.Append((char)next).Length & 0xFFF) == 0)
            {
                call.Run.Limits.Check();
                call.Run.Limits.CheckLength(line.Length);
            }
        }

        call.Run.Limits.Check();
        if (next == '\r' && reader.Source.Peek() == '\n')
        {
            reader.Source.Read();
        }

        return call.Return(line.ToString());
    }

    private static JsValue Read(JavaReader reader, JavaCall call)
    {
        if (call.Count == 0)
        {
            return reader.Source.Read();
        }

        var target = call.Object<JavaList>(0);
        var (from, count) = (call.Int(1, 0), call.Int(2, target.Count));
        var read = 0;
        for (; read < count && reader.Source.Read() is var c and >= 0; read++)
        {
            target.Set(from + read, c);
        }

        return read == 0 && count > 0 ? -1 : read;
    }

    private static string Written(JavaCall call)
    {
        if (call[0] is JsNumber code)
        {
            return char.ConvertFromUtf32((int)TypeOf(code));
        }

        var text = call[0] is JavaObject { JavaType: var type } chars && type == ArrayClasses.Chars
            ? string.Concat(JavaValues.ItemsOf(chars)!.Select(item => (char)(JavaValues.NumberOf(item) ?? 0)))
            : call.Text(0);
        return call.Count > 2 ? text.Substring(call.Int(1), call.Int(2)) : text;
    }

    private static double TypeOf(JsNumber number) => JavaValues.NumberOf(number) ?? 0;

    // A text that is kept stays readable.
    internal static void Close(JavaWriter writer)
    {
        writer.Target.Flush();
        if (writer.Target is StreamWriter { BaseStream: not MemoryStream })
        {
            writer.Target.Dispose();
        }
    }

    private static Jint.Runtime.JavaScriptException NoMore(JavaCall call) => call.Throw("java.util.NoSuchElementException", "No line found");

    private sealed class TextScanner(string text)
    {
        private int _at;

        public string Delimiter { get; set; } = @"\s+";

        public bool HasLine => _at < text.Length;

        public string? Line()
        {
            if (!HasLine)
            {
                return null;
            }

            var end = text.AsSpan(_at).IndexOfAny('\r', '\n');
            var line = end < 0 ? text[_at..] : text.Substring(_at, end);
            _at += line.Length;
            _at += string.CompareOrdinal(text, _at, "\r\n", 0, 2) == 0 ? 2 : _at < text.Length ? 1 : 0;
            return line;
        }

        public string? Token(JavaCall call, bool takes)
        {
            var delimiter = call.Java.Patterns.Of(Delimiter);
            var start = _at;
            var match = delimiter.Find(text, start);
            while (match.Success && match.Index == start && match.Length > 0)
            {
                start += match.Length;
                match = delimiter.Find(text, start);
            }

            if (start >= text.Length)
            {
                return null;
            }

            // A delimiter of no length (\A) does not end a token where it begins.
            match = match.Success && match.Index == start ? delimiter.Find(text, start + 1) : match;
            var end = match.Success ? match.Index : text.Length;
            _at = takes ? end : _at;
            return text[start..end];
        }
    }
}
