using System.Globalization;
using System.Xml;
using System.Xml.Schema;
using ChannelHost.Scripting.Java.IO;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Xml;

/// <summary><c>javax.xml.validation</c>: XML Schema 1.0. What a schema includes or imports is read from declared folders, and only for a schema that is a file itself.</summary>
internal static class ValidationClasses
{
    private const string Failure = "org.xml.sax.SAXParseException";
    private const string SchemaLanguage = "http://www.w3.org/2001/XMLSchema";

    private static readonly JavaClass Validator = new JavaClass("javax.xml.validation.Validator")
        .Void<SchemaCheck>("validate", static (check, call) => check.Run(call, Text(call, 0)))
        .Void<SchemaCheck>("setErrorHandler", static (check, call) => check.Handler = call.Has(0) ? call[0] : null)
        .Void<SchemaCheck>("setFeature", static (_, _) => { })
        .Void<SchemaCheck>("setProperty", static (_, _) => { })
        .Void<SchemaCheck>("reset", static (check, _) => check.Handler = null);

    private static readonly JavaClass Schema = new JavaClass("javax.xml.validation.Schema")
        .Method<XmlSchemaSet>("newValidator", static (schemas, call) => call.New(Validator, new SchemaCheck(schemas)));

    /// <summary>All.</summary>
    public static readonly JavaClass[] All =
    [
        Schema, Validator,
        new JavaClass("javax.xml.validation.SchemaFactory")
            .Static("newInstance", static call => call.Text(0) == SchemaLanguage
                ? call.New(call.Type, new object())
                : throw call.Throw("java.lang.IllegalArgumentException", "SchemaFactory knows XML Schema only: XMLConstants.W3C_XML_SCHEMA_NS_URI."))
            .Method("newSchema", static call => call.New(Schema, Read(call)))
            .Method("setFeature", static _ => JsValue.Undefined)
            .Method("setProperty", static _ => JsValue.Undefined)
            .Method("setErrorHandler", static _ => JsValue.Undefined)
            .Refuse("setResourceResolver", "put the included schemas beside the first one, into a declared folder."),
        new JavaClass("javax.xml.XMLConstants")
            .Constant("W3C_XML_SCHEMA_NS_URI", SchemaLanguage).Constant("XML_NS_URI", "http://www.w3.org/XML/1998/namespace").Constant("XMLNS_ATTRIBUTE", "xmlns")
            .Constant("FEATURE_SECURE_PROCESSING", "http://javax.xml.XMLConstants/feature/secure-processing")
            .Constant("ACCESS_EXTERNAL_DTD", "http://javax.xml.XMLConstants/property/accessExternalDTD")
            .Constant("ACCESS_EXTERNAL_SCHEMA", "http://javax.xml.XMLConstants/property/accessExternalSchema"),
    ];

    private static string Text(JavaCall call, int index) => call[index] is JavaObject { State: XmlSource source } ? source.Text : Streams.ReadAll(call, index);

    private static XmlSchemaSet Read(JavaCall call)
    {
        var files = new SchemaFiles(call);
        var schemas = new XmlSchemaSet { XmlResolver = files };
        var first = call.Java.Throw(Failure, "A schema is needed.");
        foreach (var source in JavaValues.ArrayOf(call[0]) ?? [call[0]])
        {
            first = null;
            Add(call, files, schemas, source);
        }

        return first is null ? schemas : throw first;
    }

    private static void Add(JavaCall call, SchemaFiles files, XmlSchemaSet schemas, JsValue source)
    {
        var file = source switch { JavaObject { State: JavaFile path } => path, JavaObject { State: XmlSource { File: { } path } } => path, _ => null };
        var text = source switch
        {
            JavaObject { State: XmlSource known } => known.Text,
            JavaObject { State: JavaFile path } => System.Text.Encoding.UTF8.GetString(path.ReadAll(call)).TrimStart('\uFEFF'),
            _ => throw call.Throw("java.lang.IllegalArgumentException", "newSchema needs a StreamSource or a File."),
        };
        try
        {
            using var reader = files.Reader(text, file?.Path);
            schemas.Add(null, reader);
            files.ThrowIfRefused();
            schemas.Compile();
        }
        catch (XmlSchemaException error)
        {
            throw error.InnerException as Jint.Runtime.JavaScriptException ?? (Exception)call.Throw(Failure, $"The schema cannot be used: line {error.LineNumber}: {error.Message}");
        }
        catch (XmlException error)
        {
            throw call.Throw(Failure, $"The schema is no XML: line {error.LineNumber}, column {error.LinePosition}.");
        }
    }
}

/// <summary>The state of a <c>Validator</c>.</summary>
internal sealed class SchemaCheck(XmlSchemaSet schemas)
{
    private const int CheckEvery = 64;
    private bool _hasErrors;

    /// <summary>Who takes errors; null to throw the first.</summary>
    public JsValue? Handler { get; set; }

    /// <summary>Validates a text.</summary>
    public void Run(JavaCall call, string text)
    {
        call.Run.Limits.CheckRoom(text.Length * 4.0);
        _hasErrors = false;
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, ValidationType = ValidationType.Schema, Schemas = schemas,
            ValidationFlags = XmlSchemaValidationFlags.ReportValidationWarnings | XmlSchemaValidationFlags.ProcessIdentityConstraints,
        };
        settings.ValidationEventHandler += (_, problem) => Report(call, problem);
        using var reader = XmlReader.Create(new StringReader(text), settings);
        try
        {
            var isKnown = false;
            for (var count = 0; reader.Read(); count++)
            {
                if (count % CheckEvery == 0)
                {
                    call.Run.Limits.Check();
                }

                // An element that no schema declares is only a warning to the reader; as a document's root it is an error.
                if (!isKnown && reader.NodeType == XmlNodeType.Element)
                {
                    isKnown = true;
                    if (!_hasErrors && reader.SchemaInfo?.SchemaElement is null && Line(reader) is var (line, column))
                    {
                        Tell(call, "error", $"cvc-elt.1: no schema declares the element '{reader.Name}'", line, column);
                    }
                }
            }
        }
        catch (XmlException error)
        {
            Tell(call, "fatalError", "The text is no XML, or has a document type, which is not read", error.LineNumber, error.LinePosition);
        }
    }

    private static (int Line, int Column) Line(XmlReader reader) => reader is IXmlLineInfo place ? (place.LineNumber, place.LinePosition) : (0, 0);

    private void Report(JavaCall call, ValidationEventArgs problem)
    {
        if (problem.Severity == XmlSeverityType.Error)
        {
            Tell(call, "error", problem.Message, problem.Exception.LineNumber, problem.Exception.LinePosition);
        }
    }

    private void Tell(JavaCall call, string method, string message, int line, int column)
    {
        _hasErrors = true;
        var text = string.Create(CultureInfo.InvariantCulture, $"lineNumber: {line}; columnNumber: {column}; {message}");
        var error = call.Throw("org.xml.sax.SAXParseException", text);
        if (Handler is null)
        {
            throw error;
        }

        var thrown = error.Error is Jint.Native.Object.ObjectInstance instance ? instance.Get("javaException") : error.Error;
        call.Java.CallAdapter(Handler, method, thrown);
    }
}

/// <summary>What schemas name: files of declared folders, relative to the schema that names them; no network.</summary>
internal sealed class SchemaFiles(JavaCall call) : XmlResolver
{
    private const int MostFiles = 200;
    private const int MostCharacters = 4 * 1024 * 1024;
    private const int MostOccurs = 10_000;

    private readonly JavaCall _call = call;
    private int _files;
    private Exception? _refusal;

    /// <summary>Throws what was refused: the reader of schemas takes a file that it does not get for one that is not there.</summary>
    public void ThrowIfRefused()
    {
        if (_refusal is { } refusal)
        {
            _refusal = null;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(refusal);
        }
    }

    /// <summary>A reader of a schema's text.</summary>
    public XmlReader Reader(string text, string? path)
    {
        Refuse(text);
        return XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null }, path is null ? "" : new Uri("file://" + path).ToString());
    }

    /// <inheritdoc/>
    public override Uri ResolveUri(Uri? baseUri, string? relativeUri) =>
        baseUri is { IsFile: true } && Uri.TryCreate(baseUri, relativeUri, out var resolved) ? resolved : new Uri("none:", UriKind.Absolute);

    /// <inheritdoc/>
    public override object? GetEntity(Uri absoluteUri, string? role, Type? ofObjectToReturn)
    {
        try
        {
            return Open(absoluteUri);
        }
        catch (Exception exception)
        {
            _refusal ??= exception;
            throw;
        }
    }

    private MemoryStream Open(Uri absoluteUri)
    {
        _call.Run.Limits.Check();
        if (!absoluteUri.IsFile)
        {
            throw _call.Throw("org.xml.sax.SAXParseException", "A schema names another one that is no file beside it: schemas are read from declared folders only.");
        }

        if (++_files > MostFiles)
        {
            throw _call.Throw("org.xml.sax.SAXParseException", $"A schema may name {MostFiles} files.");
        }

        var bytes = JavaFile.At(absoluteUri.LocalPath).ReadAll(_call);
        Refuse(System.Text.Encoding.UTF8.GetString(bytes));
        return new MemoryStream(bytes, writable: false);
    }

    // A content model is expanded before anybody can stop it: the longer the schema and the higher its numbers, the larger.
    private void Refuse(string text)
    {
        if (text.Length > MostCharacters)
        {
            throw _call.Throw("org.xml.sax.SAXParseException", $"A schema may have {MostCharacters} characters.");
        }

        for (var at = text.IndexOf("Occurs", StringComparison.Ordinal); at >= 0; at = text.IndexOf("Occurs", at + 1, StringComparison.Ordinal))
        {
            var value = text.AsSpan(at + 6).TrimStart(" \t\r\n=\"'");
            var digits = value.IndexOfAnyExceptInRange('0', '9');
            if (digits > 0 && (!int.TryParse(value[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MostOccurs))
            {
                throw _call.Throw("org.xml.sax.SAXParseException", $"minOccurs and maxOccurs may be {MostOccurs} at most, or unbounded.");
            }
        }
    }
}
