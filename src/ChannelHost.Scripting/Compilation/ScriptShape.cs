using Acornima.Ast;

namespace ChannelHost.Scripting.Compilation;

/// <summary>What must be known of a script before it is prepared.</summary>
internal sealed class ScriptShape
{
    /// <summary>The engine takes trees of 256 levels, counted anew in each function.</summary>
    private const int SafeDepth = 250;

    private readonly HashSet<string> _declares = new(StringComparer.Ordinal);

    private ScriptShape()
    {
    }

    /// <summary>The names that top-level statements declare; <c>var</c> counts wherever it stands outside functions.</summary>
    public IReadOnlySet<string> Declares => _declares;

    /// <summary>True for a <c>let</c>, <c>const</c> or <c>class</c> among the top-level statements.</summary>
    public bool DeclaresLexically { get; private set; }

    /// <summary>True when a <c>return</c> stands outside functions.</summary>
    public bool Returns { get; private set; }

    /// <summary>True when <c>this</c> occurs: at top level and in plain calls it is the global object.</summary>
    public bool ReachesGlobalObject { get; private set; }

    /// <summary>True when a function is <c>async</c>.</summary>
    public bool IsAsynchronous { get; private set; }

    /// <summary>True when the script may get hold of an iterator itself, not only loop over one.</summary>
    public bool MakesIterators { get; private set; }

    /// <summary>True for <c>new Array(x)</c> where x may be an array.</summary>
    public bool MakesArrayOfOne { get; private set; }

    /// <summary>An integer without bounds, which scripts cannot have; null for none.</summary>
    public BigIntLiteral? FirstBigInt { get; private set; }

    /// <summary>The statement in which the script nests deeper than the engine takes; null when none does.</summary>
    public Node? TooDeep { get; private set; }

    /// <summary>Looks a script over.</summary>
    public static ScriptShape Of(Program program)
    {
        var shape = new ScriptShape();
        foreach (var statement in program.Body)
        {
            shape.TakeTopLevel(statement);
        }

        shape.Walk(program);
        return shape;
    }

    private void TakeTopLevel(Node statement)
    {
        switch (statement)
        {
            case VariableDeclaration { Kind: not VariableDeclarationKind.Var } lexical:
                DeclaresLexically = true;
                TakeNames(lexical);
                break;
            case ClassDeclaration { Id: { } name }:
                DeclaresLexically = true;
                _declares.Add(name.Name);
                break;
            case FunctionDeclaration { Id: { } name }:
                _declares.Add(name.Name);
                break;
        }
    }

    // A stack of its own: generated scripts may be deeper than the thread's stack.
    private void Walk(Node root)
    {
        var open = new Stack<(Node Node, Node Statement, int Depth, bool InFunction)>();
        open.Push((root, root, 0, false));
        while (open.TryPop(out var next))
        {
            var (node, statement, depth, inFunction) = next;
            if (depth > SafeDepth)
            {
                TooDeep ??= statement;
                continue;
            }

            switch (node)
            {
                case BigIntLiteral literal:
                    FirstBigInt ??= literal;
                    break;
                case ThisExpression:
                    ReachesGlobalObject = true;
                    break;
                case MemberExpression member:
                    MakesIterators |= NamesIterator(member);
                    break;
                case NewExpression { Callee: Identifier { Name: "Array" }, Arguments: [not NumericLiteral] }:
                case CallExpression { Callee: Identifier { Name: "Array" }, Arguments: [not NumericLiteral] }:
                    MakesArrayOfOne = true;
                    break;
                case CallExpression { Callee: MemberExpression { Computed: true, Property: not Literal } }:
                    MakesIterators = true;
                    break;
                case ReturnStatement when !inFunction:
                    Returns = true;
                    break;
                case VariableDeclaration { Kind: VariableDeclarationKind.Var } variables when !inFunction:
                    TakeNames(variables);
                    break;
                case IFunction function:
                    IsAsynchronous |= function.Async;
                    MakesIterators |= function.Generator;
                    inFunction = true;
                    depth = 0;
                    break;
            }

            // An else-if belongs to the statement that begins the ladder.
            var holder = node is Statement && depth < SafeDepth / 2 ? node : statement;
            foreach (var child in node.ChildNodes)
            {
                open.Push((child, holder, depth + 1, inFunction));
            }
        }
    }

    // Object.keys and its like give arrays; the methods of arrays, maps and texts give iterators.
    private static bool NamesIterator(MemberExpression member) =>
        member.Property is Identifier { Name: "keys" or "values" or "entries" or "matchAll" } && member.Object is not Identifier { Name: "Object" };

    private void TakeNames(VariableDeclaration declaration)
    {
        foreach (var declarator in declaration.Declarations)
        {
            TakeNames(declarator.Id);
        }
    }

    private void TakeNames(Node pattern)
    {
        switch (pattern)
        {
            case Identifier identifier:
                _declares.Add(identifier.Name);
                break;
            case AssignmentPattern assignment:
                TakeNames(assignment.Left);
                break;
            case RestElement rest:
                TakeNames(rest.Argument);
                break;
            case Property property:
                TakeNames(property.Value);
                break;
            case ObjectPattern or ArrayPattern:
                foreach (var child in pattern.ChildNodes)
                {
                    TakeNames(child);
                }

                break;
        }
    }
}
