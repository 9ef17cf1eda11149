namespace ChannelHost.Abstractions;

/// <summary>A setting with <c>${name}</c> in it, read once at deploy and filled in for each message. <c>$${</c> stands for a plain <c>${</c>.</summary>
public sealed class Template : IEquatable<Template>
{
    private readonly TemplateNode[] _nodes;
    private readonly string? _fixedText;
    private readonly Template? _written;

    private Template(string source, TemplateDialect dialect, TemplateNode[] nodes, Template? written = null)
    {
        Source = source;
        Dialect = dialect;
        _nodes = nodes;
        _written = written;
        _fixedText = nodes.Length == 0 ? "" : nodes is [TextNode text] ? text.Text : null;
    }

    /// <summary>
    /// The template as it stands in the channel's file: what comes from the environment stands in it as the reference (<c>${config:KEY}</c> as plain text),
    /// so that it is the same on every machine.
    /// </summary>
    public Template Written => _written ?? this;

    /// <summary>The text as written.</summary>
    public string Source { get; }

    /// <summary>How it is read.</summary>
    public TemplateDialect Dialect { get; }

    /// <summary>The names the template asks for.</summary>
    public IEnumerable<string> Names => _nodes.SelectMany(node => node.Names);

    /// <summary>Reads a template of our own dialect.</summary>
    /// <exception cref="FormatException">A <c>${</c> is never closed or names nothing; the message says at which character.</exception>
    public static Template Parse(string source) => Parse(source, TemplateDialect.Strict);

    /// <summary>Reads a template.</summary>
    /// <exception cref="FormatException">
    /// It cannot be read; the message says at which character. A Velocity text that Velocity could not read either is no failure: it stays as it is.
    /// </exception>
    public static Template Parse(string source, TemplateDialect dialect) =>
        new(source, dialect, dialect == TemplateDialect.Velocity ? VelocityParser.ParseLeniently(source) : StrictParser.Parse(source));

    /// <summary>Reads a template whose text was filled in from the environment.</summary>
    /// <param name="source">The text as filled in.</param>
    /// <param name="written">The text as it stands in the file, every reference to the environment escaped (<c>$${config:KEY}</c>).</param>
    /// <param name="dialect">How it is read.</param>
    /// <exception cref="FormatException">As of <see cref="Parse(string, TemplateDialect)"/>.</exception>
    public static Template Parse(string source, string written, TemplateDialect dialect = TemplateDialect.Strict)
    {
        var template = Parse(source, dialect);
        return source == written ? template : new Template(source, dialect, template._nodes, Parse(written, dialect));
    }

    /// <summary>Templates of the same text and dialect are equal, so that option records with templates in them compare by what they say.</summary>
    public bool Equals(Template? other) => other is not null && other.Source == Source && other.Dialect == Dialect;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Template);

    /// <inheritdoc/>
    public override int GetHashCode() => Source.GetHashCode(StringComparison.Ordinal);

    /// <summary>
    /// Fills in the names. False when a name has no value (never so in Velocity), or when a limit is reached; <paramref name="result"/> is then that name, or
    /// says which limit.
    /// </summary>
    public bool TryFill(IVariableLookup variables, out string result)
    {
        if (_fixedText is not null)
        {
            result = _fixedText;
            return true;
        }

        var run = new TemplateRun(variables, Dialect);
        foreach (var node in _nodes)
        {
            try
            {
                node.Write(run);
            }
            catch (TemplateLimitException limit)
            {
                run.Fail(limit.Message);
            }

            if (run.Failure is not null)
            {
                result = run.Failure;
                return false;
            }

            if (run.IsEnded)
            {
                break;
            }
        }

        result = run.Text.ToString();
        return true;
    }
}
