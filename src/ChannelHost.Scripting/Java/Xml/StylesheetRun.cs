using System.Text;
using System.Xml;
using System.Xml.XPath;
using System.Xml.Xsl;
using ChannelHost.Scripting.Running;
using Jint.Runtime;

namespace ChannelHost.Scripting.Java.Xml;

/// <summary>The state of a <c>Transformer</c>: a stylesheet, or none to copy, with its parameters and how the result is written.</summary>
internal sealed class StylesheetRun(Stylesheet? sheet)
{
    private readonly Dictionary<string, object> _parameters = new(StringComparer.Ordinal);

    /// <summary>Output properties that the script set.</summary>
    public Dictionary<string, string> Output { get; } = new(StringComparer.Ordinal);

    /// <summary>Sets a parameter of the stylesheet.</summary>
    public void SetParameter(string name, object value) => _parameters[name] = value;

    /// <summary>Takes all parameters away.</summary>
    public void ClearParameters() => _parameters.Clear();

    /// <summary>The result as text.</summary>
    public string Transform(JavaCall call, string source)
    {
        var result = new StringBuilder();
        try
        {
            using var reader = SafeXml.Reader(call, source);
            var document = new XPathDocument(reader, XmlSpace.Preserve);
            using var limited = new LimitedWriter(result, call.Run.Limits);
            using var writer = XmlWriter.Create(limited, Settings());
            if (sheet is null)
            {
                document.CreateNavigator().WriteSubtree(writer);
            }
            else
            {
                sheet.Compiled.Transform(document, Arguments(call), writer);
            }
        }
        catch (Exception exception) when (exception is XsltException or XmlException)
        {
            // A limit that a template met comes wrapped; it ends the run, whatever the script makes of it.
            call.Run.Limits.Check();
            call.Run.Limits.ThrowIfReached();
            throw (Inner(exception) as Exception) ?? call.Throw("javax.xml.transform.TransformerException", exception.Message);
        }

        return Declared(result.ToString());
    }

    private XsltArgumentList Arguments(JavaCall call)
    {
        var arguments = Stylesheet.Arguments(call);
        foreach (var (name, value) in _parameters)
        {
            arguments.AddParam(name, "", value);
        }

        return arguments;
    }

    private XmlWriterSettings Settings()
    {
        var settings = sheet?.Compiled.OutputSettings?.Clone() ?? new XmlWriterSettings { ConformanceLevel = ConformanceLevel.Auto };
        settings.CheckCharacters = false;
        settings.OmitXmlDeclaration = Output.TryGetValue("omit-xml-declaration", out var omit) ? omit == "yes" : settings.OmitXmlDeclaration;
        settings.Indent = Output.TryGetValue("indent", out var indent) ? indent == "yes" : settings.Indent;
        settings.NewLineChars = "\n";
        settings.Encoding = new UTF8Encoding(false);
        return settings;
    }

    // The reference writes the charset in capitals, and partners compare texts.
    private static string Declared(string text) =>
        text.StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"", StringComparison.Ordinal) ? $"<?xml version=\"1.0\" encoding=\"UTF-8\"{text.AsSpan(36)}" : text;

    private static JavaScriptException? Inner(Exception exception)
    {
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is JavaScriptException found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Asks the limits with every piece of the result.</summary>
    private sealed class LimitedWriter(StringBuilder target, RunLimits limits) : TextWriter
    {
        public override Encoding Encoding { get; } = new UTF8Encoding(false);

        public override void Write(char value) => target.Append(value);

        public override void Write(char[] buffer, int index, int count)
        {
            limits.Check();
            limits.CheckLength((double)target.Length + count);
            target.Append(buffer, index, count);
        }

        public override void Write(string? value)
        {
            limits.Check();
            limits.CheckLength((double)target.Length + (value?.Length ?? 0));
            target.Append(value);
        }
    }
}
