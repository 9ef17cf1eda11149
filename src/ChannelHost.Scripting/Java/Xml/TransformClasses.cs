using ChannelHost.Scripting.Java.IO;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Xml;

/// <summary><c>javax.xml.transform</c>: XSLT 1.0 and copies of XML, from texts and streams to texts and streams.</summary>
internal static class TransformClasses
{
    private static readonly JavaClass Transformer = new JavaClass("javax.xml.transform.Transformer")
        .Void<StylesheetRun>("transform", static (run, call) => Transform(run, call))
        .Void<StylesheetRun>("setParameter", static (run, call) => run.SetParameter(call.Text(0), Parameter(call)))
        .Void<StylesheetRun>("clearParameters", static (run, _) => run.ClearParameters())
        .Void<StylesheetRun>("setOutputProperty", static (run, call) => run.Output[call.Text(0)] = call.Text(1))
        .Method<StylesheetRun>("getOutputProperty", static (run, call) => call.Return(run.Output.GetValueOrDefault(call.Text(0))))
        .Void<StylesheetRun>("setErrorListener", static (_, _) => { })
        .Refuse("setURIResolver", "stylesheets read nothing but the source that they are given.");

    private static readonly JavaClass Templates = new JavaClass("javax.xml.transform.Templates")
        .Method<Stylesheet>("newTransformer", static (sheet, call) => call.New(Transformer, new StylesheetRun(sheet)));

    /// <summary>The classes.</summary>
    public static readonly JavaClass[] All =
    [
        Transformer, Templates, Factory(),
        new JavaClass("javax.xml.transform.stream.StreamSource").New(static call => Source(call)),
        new JavaClass("javax.xml.transform.stream.StreamResult").New(static call => new XmlTarget(Target(call))),
        new JavaClass("javax.xml.transform.OutputKeys")
            .Constant("INDENT", "indent").Constant("METHOD", "method").Constant("ENCODING", "encoding").Constant("OMIT_XML_DECLARATION", "omit-xml-declaration")
            .Constant("STANDALONE", "standalone").Constant("VERSION", "version").Constant("MEDIA_TYPE", "media-type"),
    ];

    private static JavaClass Factory()
    {
        var type = new JavaClass("javax.xml.transform.TransformerFactory");
        return type
            .Static("newInstance", call => call.New(type, new FactoryState()))
            .Method<FactoryState>("newTransformer", static (_, call) => call.New(Transformer, new StylesheetRun(call.Has(0) ? Stylesheet.Read(call, call.Object<XmlText>(0).Text) : null)))
            .Method<FactoryState>("newTemplates", static (_, call) => call.New(Templates, Stylesheet.Read(call, call.Object<XmlText>(0).Text)))
            .Void<FactoryState>("setFeature", static (_, _) => { })
            .Void<FactoryState>("setAttribute", static (_, _) => { })
            .Void<FactoryState>("setErrorListener", static (_, _) => { })
            .Refuse("setURIResolver", "stylesheets read nothing but the source that they are given.");
    }

    // In Java a text names a place to read from; here nothing is fetched, and files are opened by their own classes.
    private static XmlText Source(JavaCall call) => call[0] is JavaObject { State: JavaReader or JavaInput or JavaFile }
        ? new XmlText(Streams.ReadAll(call, 0))
        : throw call.Throw("java.lang.IllegalArgumentException", "StreamSource takes a reader, a stream or a file here: new StreamSource(new java.io.StringReader(text)).");

    private static TextWriter Target(JavaCall call) => call[0] is JavaObject { State: JavaWriter or JavaOutput or JavaFile }
        ? Streams.OpenWriter(call, 0, 99, append: false)
        : throw call.Throw("java.lang.IllegalArgumentException", "StreamResult takes a writer, a stream or a file here: new StreamResult(new java.io.StringWriter()).");

    private static void Transform(StylesheetRun run, JavaCall call)
    {
        var text = run.Transform(call, call.Object<XmlText>(0).Text);
        var target = call.Object<XmlTarget>(1).Writer;
        new JavaWriter(target).Write(call, text);
        target.Flush();
    }

    private static object Parameter(JavaCall call) => call[1] switch
    {
        JsBoolean flag => ReferenceEquals(flag, JsBoolean.True),
        JsNumber => call.Number(1),
        _ => call.Shown(1),
    };

    /// <summary>A factory has nothing of its own.</summary>
    private sealed class FactoryState;

    /// <summary>The state of a source.</summary>
    /// <param name="Text">All of it.</param>
    private sealed record XmlText(string Text);

    /// <summary>The state of a result.</summary>
    /// <param name="Writer">Where it goes.</param>
    private sealed record XmlTarget(TextWriter Writer);
}
