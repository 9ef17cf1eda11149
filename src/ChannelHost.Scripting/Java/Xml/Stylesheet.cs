using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using System.Xml.XPath;
using System.Xml.Xsl;
using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Java.Xml;

/// <summary>
/// An XSLT 1.0 stylesheet, compiled. It opens nothing: no scripts, no <c>document()</c>, no imports, no document types. Each template and each iteration asks the run's
/// limits first, so that one without end meets them as a script's loop does.
/// </summary>
internal sealed class Stylesheet
{
    private const string GuardNamespace = "urn:channelhost:guard";
    private static readonly XNamespace Xsl = "http://www.w3.org/1999/XSL/Transform";

    private static readonly XmlReaderSettings Closed = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    private readonly XslCompiledTransform _transform = new();

    /// <exception cref="XmlException">The text is no XML.</exception>
    /// <exception cref="XsltException">It is no stylesheet, or asks for what is closed.</exception>
    public Stylesheet(string text)
    {
        var document = XDocument.Load(Read(text), LoadOptions.PreserveWhitespace | LoadOptions.SetLineInfo);
        foreach (var element in document.Descendants().Where(element => element.Name == Xsl + "template" || element.Name == Xsl + "for-each").ToList())
        {
            Guard(element);
        }

        using var reader = document.CreateReader();
        _transform.Load(reader, XsltSettings.Default, XmlResolver.ThrowingResolver);
    }

    /// <summary>How the stylesheet wants its output written.</summary>
    public XmlWriterSettings Output => _transform.OutputSettings!.Clone();

    /// <summary>A reader of XML from outside: no document types.</summary>
    public static XmlReader Read(string text) => XmlReader.Create(new StringReader(text), Closed);

    /// <summary>Transforms.</summary>
    /// <param name="source">The XML.</param>
    /// <param name="parameters">The stylesheet's parameters.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="limits">The run's limits.</param>
    public void Transform(string source, IReadOnlyDictionary<string, object> parameters, XmlWriter target, RunLimits limits)
    {
        // What the nodes take is not allocated a piece at a time that anybody could watch.
        limits.CheckRoom(source.Length * 16d);
        using var reader = Read(source);
        var arguments = new XsltArgumentList();
        arguments.AddExtensionObject(GuardNamespace, new LimitGuard(limits));
        foreach (var (name, value) in parameters)
        {
            arguments.AddParam(name, "", value);
        }

        _transform.Transform(new XPathDocument(reader, XmlSpace.Preserve), arguments, target);
    }

    private static void Guard(XElement element)
    {
        // The body is never reached; without one the compiler would leave the question out.
        var guard = new XElement(
            Xsl + "if",
            new XAttribute(XNamespace.Xmlns + "channelhost-guard", GuardNamespace),
            new XAttribute("test", $"channelhost-guard:{nameof(LimitGuard.Reached)}()"),
            new XElement(Xsl + "text", "x"));
        var last = element.Elements().TakeWhile(child => child.Name == Xsl + "param" || child.Name == Xsl + "sort").LastOrDefault();
        if (last is null)
        {
            element.AddFirst(guard);
        }
        else
        {
            last.AddAfterSelf(guard);
        }
    }

    /// <summary>What stylesheets call; public, or they would not find it.</summary>
    public sealed class LimitGuard
    {
        private readonly RunLimits _limits;

        internal LimitGuard(RunLimits limits)
        {
            _limits = limits;
        }

        /// <summary>Never true: throws when a limit is reached.</summary>
        public bool Reached()
        {
            _limits.Check();
            if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            {
                throw new InsufficientExecutionStackException("The templates of the stylesheet call each other too deep.");
            }

            return false;
        }
    }

    /// <summary>A text that cannot grow past the run's limit, declared as UTF-8.</summary>
    public sealed class Result : StringWriter
    {
        private readonly RunLimits _limits;

        internal Result(RunLimits limits)
            : base(CultureInfo.InvariantCulture)
        {
            _limits = limits;
        }

        /// <inheritdoc/>
        public override Encoding Encoding => Encoding.UTF8;

        /// <inheritdoc/>
        public override void Write(char[] buffer, int index, int count)
        {
            _limits.CheckLength((double)GetStringBuilder().Length + count);
            base.Write(buffer, index, count);
        }
    }
}
