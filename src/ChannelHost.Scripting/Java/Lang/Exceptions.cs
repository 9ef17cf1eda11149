using System.Globalization;
using System.Security.Cryptography;
using System.Xml;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Lang;

/// <summary>What a Java exception carries.</summary>
/// <param name="Message">Its text; null for none.</param>
/// <param name="Cause">What caused it, or null.</param>
internal sealed record JavaFailure(string? Message, JsValue Cause);

/// <summary><c>Throwable</c> and all below it: scripts make, throw and catch them.</summary>
internal static class Exceptions
{
    // Each name extends the last one before it that stands less far in.
    private static readonly string[] Tree =
    [
        "java.lang.Throwable",
        " java.lang.Error",
        "  java.lang.NoClassDefFoundError",
        "  java.lang.AssertionError",
        "  java.lang.OutOfMemoryError",
        "  java.lang.StackOverflowError",
        " java.lang.Exception",
        "  java.lang.ClassNotFoundException",
        "  java.lang.InterruptedException",
        "  java.lang.CloneNotSupportedException",
        "  java.lang.RuntimeException",
        "   java.lang.ArithmeticException",
        "   java.lang.ArrayStoreException",
        "   java.lang.ClassCastException",
        "   java.lang.IllegalArgumentException",
        "    java.lang.NumberFormatException",
        "    java.util.IllegalFormatException",
        "     java.util.MissingFormatArgumentException",
        "     java.util.UnknownFormatConversionException",
        "     java.util.IllegalFormatConversionException",
        "     java.util.IllegalFormatWidthException",
        "    java.util.regex.PatternSyntaxException",
        "    java.nio.charset.UnsupportedCharsetException",
        "   java.lang.IllegalStateException",
        "   java.lang.IndexOutOfBoundsException",
        "    java.lang.ArrayIndexOutOfBoundsException",
        "    java.lang.StringIndexOutOfBoundsException",
        "   java.lang.NegativeArraySizeException",
        "   java.lang.NullPointerException",
        "   java.lang.SecurityException",
        "   java.lang.UnsupportedOperationException",
        "   java.util.ConcurrentModificationException",
        "   java.util.EmptyStackException",
        "   java.util.NoSuchElementException",
        "    java.util.InputMismatchException",
        "   java.time.DateTimeException",
        "    java.time.format.DateTimeParseException",
        "   java.io.UncheckedIOException",
        "   org.json.JSONException",
        "   com.google.gson.JsonParseException",
        "    com.google.gson.JsonSyntaxException",
        "  java.io.IOException",
        "   java.io.FileNotFoundException",
        "   java.io.EOFException",
        "   java.io.UnsupportedEncodingException",
        "   java.nio.file.FileSystemException",
        "    java.nio.file.AccessDeniedException",
        "    java.nio.file.NoSuchFileException",
        "    java.nio.file.FileAlreadyExistsException",
        "    java.nio.file.DirectoryNotEmptyException",
        "   java.net.MalformedURLException",
        "   java.net.UnknownHostException",
        "   java.net.SocketException",
        "    java.net.ConnectException",
        "   java.net.SocketTimeoutException",
        "   org.apache.http.client.ClientProtocolException",
        "   java.util.zip.ZipException",
        "  java.net.URISyntaxException",
        "  java.text.ParseException",
        "  java.sql.SQLException",
        "  org.apache.commons.mail.EmailException",
        "  java.util.concurrent.TimeoutException",
        "  java.util.concurrent.ExecutionException",
        "  java.security.GeneralSecurityException",
        "   java.security.NoSuchAlgorithmException",
        "   java.security.InvalidKeyException",
        "   java.security.SignatureException",
        "   java.security.spec.InvalidKeySpecException",
        "   javax.crypto.BadPaddingException",
        "    javax.crypto.AEADBadTagException",
        "   javax.crypto.IllegalBlockSizeException",
        "  javax.xml.parsers.ParserConfigurationException",
        "  javax.xml.transform.TransformerException",
        "  javax.xml.xpath.XPathExpressionException",
        "  org.xml.sax.SAXException",
        "   org.xml.sax.SAXParseException",
    ];

    /// <summary>All of them.</summary>
    public static readonly JavaClass[] Classes = [.. Define()];

    private static readonly Dictionary<string, JavaClass> ByName = Classes.ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary><c>java.lang.RuntimeException</c>.</summary>
    public static JavaClass RuntimeException => ByName["java.lang.RuntimeException"];

    /// <summary>Finds one by its name.</summary>
    public static JavaClass? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>What Java would throw where .NET throws this; null for what is no matter of Java (limits, cancellation, what scripts threw).</summary>
    public static string? NameOf(Exception exception) => exception switch
    {
        IndexOutOfRangeException or ArgumentOutOfRangeException => "java.lang.IndexOutOfBoundsException",
        Json.JsonFaultException fault => fault.JavaName,
        XmlException => "org.xml.sax.SAXParseException",
        FileNotFoundException or DirectoryNotFoundException => "java.io.FileNotFoundException",
        EndOfStreamException => "java.io.EOFException",
        InvalidDataException => "java.util.zip.ZipException",
        IOException => "java.io.IOException",
        UnauthorizedAccessException => "java.nio.file.AccessDeniedException",
        AuthenticationTagMismatchException => "javax.crypto.AEADBadTagException",
        CryptographicException => "javax.crypto.BadPaddingException",
        NotSupportedException => "java.lang.UnsupportedOperationException",
        DivideByZeroException or OverflowException => "java.lang.ArithmeticException",
        FormatException or ArgumentException => "java.lang.IllegalArgumentException",
        InvalidOperationException and not ObjectDisposedException => "java.lang.IllegalStateException",
        _ => null,
    };

    private static IEnumerable<JavaClass> Define()
    {
        var path = new List<JavaClass>();
        foreach (var line in Tree)
        {
            var depth = line.Length - line.TrimStart().Length;
            var type = depth == 0 ? Root(line) : new JavaClass(line.TrimStart(), path[depth - 1]);
            type.New(static call => new JavaFailure(
                call[0] is JavaObject { State: JavaFailure } only ? only.ToText() : call.TextOrNull(0),
                call[0] is JavaObject { State: JavaFailure } cause ? cause : call.Has(1) ? call[1] : JsValue.Null));
            path.RemoveRange(Math.Min(depth, path.Count), Math.Max(0, path.Count - depth));
            path.Add(type);
            yield return type;
        }
    }

    private static JavaClass Root(string name) => new JavaClass(name)
        .Method<JavaFailure>("getMessage", static (failure, call) => call.Return(failure.Message))
        .Method<JavaFailure>("getLocalizedMessage", static (failure, call) => call.Return(failure.Message))
        .Method<JavaFailure>("getCause", static (failure, _) => failure.Cause)
        .Method<JavaFailure>("getStackTrace", static (_, call) => call.Java.Array(Array.Empty<JsValue>()))
        .Method<JavaFailure>("printStackTrace", static (failure, call) => Print(failure, call))
        .Method<JavaFailure>("getJavaException", static (_, call) => call.Self)
        .Method<JavaFailure>("toString", static (failure, call) => call.Return(Shown((JavaObject)call.Self, failure)));

    /// <summary>An exception as Java shows it: its class and message.</summary>
    public static string Shown(JavaObject thrown, JavaFailure failure) =>
        failure.Message is null ? thrown.JavaType.Name : string.Create(CultureInfo.InvariantCulture, $"{thrown.JavaType.Name}: {failure.Message}");

    private static JsValue Print(JavaFailure failure, JavaCall call)
    {
        var text = Shown((JavaObject)call.Self, failure);
        if (call[0] is JavaObject { State: IO.JavaWriter writer })
        {
            writer.Write(call, text + "\n");
        }
        else
        {
            call.Run.Environment.Log("error", text, call.Run.Current?.File.Name ?? "");
        }

        return JsValue.Undefined;
    }
}
