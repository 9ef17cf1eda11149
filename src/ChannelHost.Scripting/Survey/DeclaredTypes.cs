using Acornima.Ast;
using ChannelHost.Scripting.Java;

namespace ChannelHost.Scripting.Survey;

/// <summary>What a script says of its names: which it declares itself, which packages it imports, and which variables only ever hold one Java class.</summary>
internal sealed class DeclaredTypes
{
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JavaClass?> _classes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _packages = new(StringComparer.Ordinal);

    private DeclaredTypes()
    {
    }

    /// <summary>Looks a script over.</summary>
    public static DeclaredTypes Of(Program program)
    {
        var types = new DeclaredTypes();
        types.Walk(program, static (types, node) => types.TakeNames(node));
        types.Walk(program, static (types, node) => types.TakeValues(node));
        return types;
    }

    /// <summary>True when the script does not declare the name itself.</summary>
    public bool IsFree(string name) => !_declared.Contains(name);

    /// <summary>The full Java name that a chain stands for; null when it is nothing of Java.</summary>
    public string? FullName(List<string> chain)
    {
        if (!IsFree(chain[0]))
        {
            return null;
        }

        if (chain[0] == "Packages")
        {
            return chain.Count > 1 ? string.Join('.', chain.Skip(1)) : null;
        }

        if (Array.IndexOf(JavaGlobals.Roots, chain[0]) >= 0)
        {
            return string.Join('.', chain);
        }

        // What importPackage brings; a name of the language stays the language's.
        return char.IsAsciiLetterUpper(chain[0][0]) && _packages.FirstOrDefault(package => JavaClasses.Find($"{package}.{chain[0]}") is not null) is { } found
            && chain[0] is not ("String" or "Date" or "Object" or "Math" or "Number" or "Boolean" or "Array" or "Map" or "Set" or "Error" or "Iterator")
            ? $"{found}.{string.Join('.', chain)}"
            : null;
    }

    /// <summary>The class that a variable always holds; null when that is not known.</summary>
    public JavaClass? ClassOf(string variable) => _classes.GetValueOrDefault(variable);

    private void Walk(Node root, Action<DeclaredTypes, Node> take)
    {
        var open = new Stack<Node>();
        open.Push(root);
        while (open.TryPop(out var node))
        {
            take(this, node);
            foreach (var child in node.ChildNodes)
            {
                open.Push(child);
            }
        }
    }

    private void TakeNames(Node node)
    {
        switch (node)
        {
            case VariableDeclarator { Id: Identifier name }:
                _declared.Add(name.Name);
                break;
            case FunctionDeclaration { Id: { } name }:
                _declared.Add(name.Name);
                break;
            case CallExpression { Callee: Identifier { Name: "importPackage" or "importClass" } } call:
                TakePackages(call.Arguments);
                break;
            case NewExpression { Callee: Identifier { Name: "JavaImporter" } } importer:
                TakePackages(importer.Arguments);
                break;
        }

        if (node is IFunction function)
        {
            foreach (var parameter in function.Params)
            {
                if (parameter is Identifier name)
                {
                    _declared.Add(name.Name);
                }
            }
        }
    }

    private void TakePackages(in NodeList<Expression> arguments)
    {
        foreach (var argument in arguments)
        {
            if (NameChain.Of(argument) is { } chain)
            {
                var name = string.Join('.', chain[0] == "Packages" ? chain.Skip(1) : chain);
                _packages.Add(JavaPackage.LooksLikeClass(name) && name.LastIndexOf('.') is var dot and > 0 ? name[..dot] : name);
            }
        }
    }

    private void TakeValues(Node node)
    {
        switch (node)
        {
            case VariableDeclarator { Id: Identifier name, Init: { } value }:
                Note(name.Name, value);
                break;
            case AssignmentExpression { Left: Identifier name } assignment:
                Note(name.Name, assignment.Right);
                break;
            case ForInStatement { Left: VariableDeclaration loop }:
                Forget(loop);
                break;
            case ForOfStatement { Left: VariableDeclaration loop }:
                Forget(loop);
                break;
            case IFunction function:
                foreach (var parameter in function.Params)
                {
                    if (parameter is Identifier name)
                    {
                        _classes[name.Name] = null;
                    }
                }

                break;
        }
    }

    private void Forget(VariableDeclaration loop)
    {
        foreach (var declarator in loop.Declarations)
        {
            if (declarator.Id is Identifier name)
            {
                _classes[name.Name] = null;
            }
        }
    }

    private void Note(string variable, Node value)
    {
        var type = value is NewExpression made && NameChain.Of(made.Callee) is { } chain && FullName(chain) is { } name ? JavaClasses.Find(name) : null;
        if (type is not null && _classes.TryGetValue(variable, out var known) && known != type)
        {
            type = null;
        }

        _classes[variable] = _classes.TryGetValue(variable, out var before) && before is null ? null : type;
    }
}
