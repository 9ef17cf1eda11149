using System.Text;
using System.Xml;
using System.Xml.Xsl;
using ChannelHost.Scripting.Java.IO;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace ChannelHost.Scripting.Java.Xml;

/// <summary><c>javax.xml.transform</c>: XSLT 1.0 from text to text.</summary>
internal static class TransformClasses
{
    private const string Failure = "javax.xml.transform.TransformerException";
    private const string SheetFailure = "javax.xml.transform.TransformerConfigurationException";

    private static readonly JavaClass Source = new JavaClass("javax.xml.transform.stream.StreamSource")
        .New(static call => new XmlSource(Streams.ReadAll(call, 0), call[0] is JavaObject { State: JavaFile file } ? file : null));

    private static readonly JavaClass Result = new JavaClass("javax.xml.transform.stream.StreamResult")
        .New(static call => new XmlTarget((call[0] as JavaObject)?.State is JavaWriter or JavaOutput
            ? ((JavaObject)call[0]).State
            : throw call.Throw("java.lang.IllegalArgumentException", "StreamResult needs a writer or an output stream, as new java.io.StringWriter().")))
        .Method<XmlTarget>("getWriter", static (_, call) => ((JavaObject)call.Self).State is XmlTarget { Target: JavaWriter } ? call[0] : JsValue.Null);

    private static readonly JavaClass Transformer = new JavaClass("javax.xml.transform.Transformer")
        .Void<XmlTransformer>("transform", Transform)
        .Void<XmlTransformer>("setOutputProperty", static (transformer, call) => transformer.Output[call.Text(0)] = call.Text(1))
        .Method<XmlTransformer>("getOutputProperty", static (transformer, call) => call.Return(transformer.Output.GetValueOrDefault(call.Text(0))))
        .Void<XmlTransformer>("setParameter", static (transformer, call) => transformer.Parameters[call.Text(0)] = Parameter(call))
        .Void<XmlTransformer>("clearParameters", static (transformer, _) => transformer.Parameters.Clear());

    /// <summary>All.</summary>
    public static readonly JavaClass[] All =
    [
        Source, Result, Transformer,
        new JavaClass("javax.xml.transform.TransformerFactory")
            .Static("newInstance", static call => call.New(call.Type, new object()))
            .Method("newTransformer", static call => call.New(Transformer, new XmlTransformer(call.Has(0) ? Compiled(call) : null)))
            .Method("setFeature", static _ => JsValue.Undefined)
            .Method("setAttribute", static _ => JsValue.Undefined),
        new JavaClass("javax.xml.transform.OutputKeys")
            .Constant("OMIT_XML_DECLARATION", "omit-xml-declaration").Constant("INDENT", "indent").Constant("ENCODING", "encoding").Constant("METHOD", "method")
            .Constant("VERSION", "version").Constant("STANDALONE", "standalone"),
    ];

    private static Stylesheet Compiled(JavaCall call)
    {
        var text = call.Object<XmlSource>(0).Text;
        try
        {
            return call.Run.Stylesheets.Get(text);
        }
        catch (XsltException error)
        {
            throw call.Throw(SheetFailure, $"The stylesheet cannot be used: line {error.LineNumber}: {error.Message}");
        }
        catch (XmlException error)
        {
            throw call.Throw(SheetFailure, $"The stylesheet is no XML: line {error.LineNumber}, column {error.LinePosition}.");
        }
    }

    private static void Transform(XmlTransformer transformer, JavaCall call)
    {
        var source = call.Object<XmlSource>(0).Text;
        var target = call.Object<XmlTarget>(1).Target;
        using var written = new Stylesheet.Result(call.Run.Limits);
        try
        {
            using var writer = XmlWriter.Create(written, transformer.Settings());
            if (transformer.Sheet is { } sheet)
            {
                sheet.Transform(source, transformer.Parameters, writer, call.Run.Limits);
            }
            else
            {
                using var reader = Stylesheet.Read(source);
                writer.WriteNode(reader, defattr: false);
            }
        }
        catch (XsltException error)
        {
            // A limit that was reached inside comes out as it is.
            throw error.InnerException as JavaScriptException ?? (Exception)call.Throw(Failure, $"The stylesheet failed at its line {error.LineNumber}.");
        }
        catch (XmlException error)
        {
            throw call.Throw(Failure, $"What is transformed is no XML: line {error.LineNumber}, column {error.LinePosition}.");
        }
        catch (InsufficientExecutionStackException error)
        {
            throw call.Run.Limits.TooDeep(error.Message);
        }

        Deliver(Declared(written.ToString()), target, call);
    }

    private static void Deliver(string text, object target, JavaCall call)
    {
        if (target is JavaWriter writer)
        {
            writer.Write(call, text);
        }
        else
        {
            ((JavaOutput)target).Write(call, Encoding.UTF8.GetBytes(text));
        }
    }

    // As Java writes it.
    private static string Declared(string text) =>
        text.StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"", StringComparison.Ordinal) ? string.Concat("<?xml version=\"1.0\" encoding=\"UTF-8\"", text.AsSpan(36)) : text;

    private static object Parameter(JavaCall call) => call[1] switch
    {
        JsNumber number => number.AsNumber(),
        JsBoolean flag => flag.AsBoolean(),
        _ => call.Shown(1),
    };
}

/// <summary>XML that is read: a <c>StreamSource</c>.</summary>
/// <param name="Text">The text.</param>
/// <param name="File">The file that it was read from; null for none.</param>
internal sealed record XmlSource(string Text, JavaFile? File = null);

/// <summary>Where XML goes: a <c>StreamResult</c>.</summary>
/// <param name="Target">A <see cref="JavaWriter"/> or a <see cref="JavaOutput"/>.</param>
internal sealed record XmlTarget(object Target);

/// <summary>The state of a <c>Transformer</c>.</summary>
/// <param name="Sheet">The stylesheet; null to copy.</param>
internal sealed record XmlTransformer(Stylesheet? Sheet)
{
    /// <summary>Output properties that the script set.</summary>
    public Dictionary<string, string> Output { get; } = new(StringComparer.Ordinal);

    /// <summary>Parameters of the stylesheet.</summary>
    public Dictionary<string, object> Parameters { get; } = new(StringComparer.Ordinal);

    /// <summary>How the output is written.</summary>
    public XmlWriterSettings Settings()
    {
        var settings = Sheet?.Output ?? new XmlWriterSettings();
        settings.NewLineHandling = NewLineHandling.None;
        settings.NewLineChars = "\n";
        settings.ConformanceLevel = Sheet is null ? ConformanceLevel.Document : settings.ConformanceLevel;
        settings.OmitXmlDeclaration = Output.TryGetValue("omit-xml-declaration", out var omit) ? omit == "yes" : settings.OmitXmlDeclaration;
        settings.Indent = Output.TryGetValue("indent", out var indent) ? indent == "yes" : settings.Indent;
        return settings;
    }
}
