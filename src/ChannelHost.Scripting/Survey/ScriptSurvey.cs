using Acornima.Ast;
using ChannelHost.Scripting.E4x.Translation;
using ChannelHost.Scripting.Java;
using ChannelHost.Scripting.UserClasses;

namespace ChannelHost.Scripting.Survey;

/// <summary>
/// Finds what a script asks of Java and of the user classes that this host has not, or only when it is declared. Only what can be told from the text
/// alone: a class named by its whole name or brought in by importPackage, a static member, a method of a variable that only ever holds one class.
/// </summary>
internal sealed class ScriptSurvey
{
    private readonly ScriptFile _file;
    private readonly Translation _translation;
    private readonly DeclaredTypes _types;
    private readonly HashSet<Node> _seen = [];
    private readonly List<ScriptFinding> _findings = [];

    private ScriptSurvey(ScriptFile file, Translation translation)
    {
        _file = file;
        _translation = translation;
        _types = DeclaredTypes.Of(translation.Program);
    }

    /// <summary>The findings in the order of the text, each name once a line.</summary>
    public static IReadOnlyList<ScriptFinding> Of(ScriptFile file, Translation translation)
    {
        var survey = new ScriptSurvey(file, translation);
        survey.Walk();
        return [.. survey._findings.DistinctBy(finding => (finding.Line, finding.Name)).OrderBy(finding => finding.Line).ThenBy(finding => finding.Column)];
    }

    // A stack of its own: generated scripts may be deeper than the thread's stack.
    private void Walk()
    {
        var open = new Stack<Node>();
        open.Push(_translation.Program);
        while (open.TryPop(out var node))
        {
            switch (node)
            {
                case NewExpression made:
                    TakeNew(made);
                    break;
                case CallExpression call:
                    TakeCall(call);
                    break;
                case MemberExpression member when _seen.Add(member):
                    TakeChain(member, arguments: null);
                    break;
            }

            foreach (var child in node.ChildNodes)
            {
                open.Push(child);
            }
        }
    }

    private void TakeNew(NewExpression made)
    {
        _seen.Add(made.Callee);
        TakeChain(made.Callee, made.Arguments, isNew: true);
    }

    private void TakeCall(CallExpression call)
    {
        if (call.Callee is Identifier { Name: "importPackage" or "importClass" or "JavaImporter" })
        {
            foreach (var argument in call.Arguments)
            {
                TakePackage(argument);
            }

            return;
        }

        _seen.Add(call.Callee);
        TakeChain(call.Callee, call.Arguments);
    }

    private void TakePackage(Node argument)
    {
        if (NameChain.Of(argument) is not { } chain || _types.FullName(chain) is not { } name || JavaPackage.LooksLikeClass(name))
        {
            return;
        }

        _seen.Add(argument);
        Mark(argument);
        if (!JavaClasses.IsPackage(name) && !UserClassNames.IsKnown(name) && !name.StartsWith("com.mirth.connect", StringComparison.Ordinal))
        {
            Add(argument, name, isUnsupported: true, "none of its classes is available here: see what the script uses of it.");
        }
    }

    private void TakeChain(Node node, in NodeList<Expression>? arguments, bool isNew = false)
    {
        if (NameChain.Of(node) is not { } chain)
        {
            return;
        }

        Mark(node);
        if (_types.FullName(chain) is { } name)
        {
            TakeJava(node, name, arguments, isNew);
        }
        else if (chain.Count <= 2 && _types.IsFree(chain[0]) && UserClassNames.BySimpleName(chain[0]) is { } own)
        {
            TakeUserClass(node, own, chain.Count > 1 ? chain[1] : null, arguments);
        }
        else if (chain.Count == 2 && arguments is not null && !isNew && _types.ClassOf(chain[0]) is { } type)
        {
            TakeMethod(node, type, chain[1]);
        }
    }

    private void TakeJava(Node node, string name, in NodeList<Expression>? arguments, bool isNew)
    {
        var parts = name.Split('.');
        for (var count = parts.Length; count > 0; count--)
        {
            var prefix = string.Join('.', parts.Take(count));
            if (JavaClasses.Find(prefix) is { } type)
            {
                TakeClass(node, type, count < parts.Length ? parts[count] : null, arguments, isNew);
                return;
            }

            if (UserClassNames.ByName(prefix) is { } own)
            {
                TakeUserClass(node, own, count < parts.Length ? parts[count] : null, arguments);
                return;
            }
        }

        var capital = Array.FindIndex(parts, part => part.Length > 0 && char.IsAsciiLetterUpper(part[0]));
        if (capital >= 0)
        {
            var missing = string.Join('.', parts.Take(capital + 1));
            Add(node, missing, isUnsupported: true, AfterName(JavaClasses.WhyMissing(missing), missing));
        }
    }

    private void TakeClass(Node node, JavaClass type, string? member, in NodeList<Expression>? arguments, bool isNew)
    {
        var name = type.Name.Replace('$', '.');
        if (member is not null && type.Refused(member) is { } refused)
        {
            Add(node, $"{name}.{member}", isUnsupported: true, refused);
        }
        else if (member is not null && type.FindStatic(member) is null && type.FindConstant(member) is null && JavaClasses.Find($"{type.Name}${member}") is null
            && member is not ("class" or "toString" or "prototype" or "getName"))
        {
            Add(node, $"{name}.{member}", isUnsupported: true, "the class is available here, this member is not.");
        }
        else if (isNew && type.Constructor is null && type.FunctionalMethod is null)
        {
            Add(node, name, isUnsupported: true, "the class is available here, but cannot be made by new.");
        }
        else if (name == "java.lang.System" && member is "getenv" or "exit")
        {
            Add(node, $"{name}.{member}", isUnsupported: member == "exit", member == "exit"
                ? "a script cannot end the host."
                : $"scripts cannot read the environment: put {Literal(arguments, 0) ?? "what it asks for"} into the host's configuration, which getenv gives here.");
        }
        else if (arguments is not null && type.Need is { } need)
        {
            Add(node, name, isUnsupported: false, Needed(need, Literal(arguments, 0)));
        }
    }

    private void TakeMethod(Node node, JavaClass type, string method)
    {
        if (type.Refused(method) is { } refused)
        {
            Add(node, $"{type.Name}.{method}", isUnsupported: true, refused);
        }
        else if (type.FindMethod(method) is null && type.FindStatic(method) is null && type.Name != "java.lang.String")
        {
            Add(node, $"{type.Name}.{method}", isUnsupported: true, "the class is available here, this method is not.");
        }
    }

    private void TakeUserClass(Node node, UserClass type, string? member, in NodeList<Expression>? arguments)
    {
        if (UserClassNames.IsAbsent(type))
        {
            if (arguments is not null)
            {
                Add(node, member is null ? type.Name : $"{type.Name}.{member}", isUnsupported: true, "it is not available here; the error that it throws says what there is instead.");
            }
        }
        else if (member is not null && !type.Statics.ContainsKey(member) && !type.Constants.ContainsKey(member) && member is not ("prototype" or "toString" or "values" or "valueOf"))
        {
            Add(node, $"{type.Name}.{member}", isUnsupported: true, "the class is available here, this member is not.");
        }
        else if (arguments is not null && (type.Name, member) is ("FileUtil", "read" or "readBytes" or "write" or "deleteFile"))
        {
            Add(node, $"{type.Name}.{member}", isUnsupported: false, Needed(JavaNeed.Folder, Literal(arguments, 0)));
        }
        else if (arguments is not null && (type.Name, member) is ("DatabaseConnectionFactory", "createDatabaseConnection" or "createConnection"))
        {
            Add(node, $"{type.Name}.{member}", isUnsupported: false, Needed(JavaNeed.Database, Literal(arguments, 1)));
        }
        else if (arguments is not null && type.Name is "SMTPConnection" or "SMTPConnectionFactory")
        {
            Add(node, type.Name, isUnsupported: false, MailNeeded(type.Name == "SMTPConnection" ? Literal(arguments, 0) : null));
        }
        else if (arguments is not null && type.Name == "ChannelUtil" && member is not null && Controls(member))
        {
            Add(node, $"{type.Name}.{member}", isUnsupported: false, "it controls channels: declare access: { channels: true } in channel.yaml.");
        }
    }

    private static bool Controls(string member) =>
        member is "startChannel" or "stopChannel" or "pauseChannel" or "resumeChannel" or "haltChannel" or "deployChannel" or "undeployChannel" or "startConnector" or "stopConnector" or "resetStatistics";

    private static string Needed(JavaNeed need, string? literal) => need switch
    {
        JavaNeed.Folder => $"it uses files{Quoted(literal)}: declare the folder under access: folders in channel.yaml.",
        JavaNeed.Host => $"it connects to another host{Quoted(Host(literal))}: declare the host under access: hosts in channel.yaml.",
        _ => $"it opens a database{Quoted(Address(literal))}: declare it under access: databases in channel.yaml, with this address as jdbc.",
    };

    private static string MailNeeded(string? server) => server is null
        ? "it sends mail by the server of the configuration: give smtp.host and its kin in config, and declare that host under access: hosts in channel.yaml."
        : $"it sends mail{Quoted(server)}: declare the server under access: hosts in channel.yaml.";

    private static string Quoted(string? text) => text is null ? "" : $" ('{text}')";

    private static string? Host(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? $"{uri.Host}:{uri.Port}" : null;

    // Without what may hold a password.
    private static string? Address(string? jdbc)
    {
        if (jdbc is null)
        {
            return null;
        }

        var end = jdbc.AsSpan().IndexOfAny('?', ';');
        var address = end < 0 ? jdbc : jdbc[..end];
        var at = address.LastIndexOf('@');
        var slashes = address.IndexOf("//", StringComparison.Ordinal);
        return at > slashes && slashes >= 0 ? address[..(slashes + 2)] + address[(at + 1)..] : address;
    }

    private static string? Literal(in NodeList<Expression>? arguments, int index) =>
        arguments is { } list && index < list.Count && list[index] is StringLiteral literal ? literal.Value : null;

    private static string AfterName(string sentence, string name) => sentence.StartsWith(name, StringComparison.Ordinal) ? "it " + sentence[(name.Length + 1)..] : sentence;

    private void Mark(Node node)
    {
        for (var at = node; at is MemberExpression member; at = member.Object)
        {
            _seen.Add(at);
        }
    }

    private void Add(Node node, string name, bool isUnsupported, string what)
    {
        var (line, column) = Translation.PlaceOf(_file.Text, _translation.AuthorOffsetOf(node));
        _findings.Add(new ScriptFinding(_file.Name, line, column + 1, name, isUnsupported, what));
    }
}
