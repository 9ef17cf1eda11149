using System.Runtime.CompilerServices;
using Acornima;
using Acornima.Ast;

namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>
/// The second pass: walks the syntax tree of what the first wrote and edits what needs the extent of an operand: descendants, predicates and the names in
/// them, default namespaces, <c>typeof</c>, and sums with something that is visibly XML.
/// </summary>
internal sealed partial class OperandRewriter(string text, IReadOnlyDictionary<int, Mark> marks)
{
    private readonly ExpressionEdits _edits = new();

    // How many predicates are open at the place; 0 also in functions inside them, whose names mean what they say.
    private int _picks;

    /// <summary>The edits for a program.</summary>
    /// <exception cref="TranslationException">A form stands where it cannot.</exception>
    public ExpressionEdits Rewrite(Program program)
    {
        Walk(program);
        return _edits;
    }

    // True for what is visibly XML.
    private bool Walk(Node? node)
    {
        if (node is null)
        {
            return false;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case Identifier identifier:
                WalkName(identifier);
                return false;
            case MemberExpression member:
                return WalkMember(member);
            case UnaryExpression { Operator: Operator.TypeOf } typeOf:
                WalkTypeOf(typeOf);
                return false;
            case UnaryExpression { Operator: Operator.Delete, Argument: Identifier }:
                return false;
            case UpdateExpression update:
                WalkTarget(update.Argument);
                return false;
            case BinaryExpression { Operator: Operator.Addition } sum:
                return WalkSum(sum);
            case BinaryExpression comparison when IsTypeTest(comparison):
                return false;
            case ConditionalExpression conditional:
                Walk(conditional.Test);
                return Walk(conditional.Consequent) | Walk(conditional.Alternate);
            case SequenceExpression sequence:
                return WalkAll(sequence);
            case AssignmentExpression assignment:
                WalkAssignment(assignment);
                return false;
            case TaggedTemplateExpression tagged:
                WalkCallee(tagged.Tag);
                WalkChildren(tagged.Quasi);
                return tagged.Tag is MemberExpression { Object: Identifier { Name: "__e4x" } };
            case CallExpression call:
                WalkCallee(call.Callee);
                WalkEach(call.Arguments);
                return false;
            case NewExpression created:
                RequirePlainCallee(created);
                WalkCallee(created.Callee);
                WalkEach(created.Arguments);
                return false;
            case ChainExpression chain:
                RequirePlainChain(chain);
                return Walk(chain.Expression);
            case ForOfStatement loop:
                WalkTarget(loop.Left);
                Walk(loop.Right);
                Walk(loop.Body);
                return false;
            case ForInStatement loop:
                WalkTarget(loop.Left);
                Walk(loop.Right);
                Walk(loop.Body);
                return false;
            case ArrayPattern or ObjectPattern or AssignmentPattern or RestElement:
                WalkTarget(node);
                return false;
            case Property property:
                WalkProperty(property);
                return false;
            case IFunction or ClassDeclaration or ClassExpression:
                WalkApart(node);
                return false;
            case MetaProperty:
                return false;
            default:
                WalkChildren(node);
                return false;
        }
    }

    private void WalkChildren(Node node)
    {
        foreach (var child in node.ChildNodes)
        {
            Walk(child);
        }
    }

    private void WalkEach(in NodeList<Expression> nodes)
    {
        foreach (var node in nodes)
        {
            Walk(node);
        }
    }

    // A sequence is its last.
    private bool WalkAll(SequenceExpression sequence)
    {
        var last = false;
        foreach (var expression in sequence.Expressions)
        {
            last = Walk(expression);
        }

        return last;
    }

    private void WalkApart(Node function)
    {
        var picks = _picks;
        _picks = 0;
        WalkChildren(function);
        _picks = picks;
    }

    private void WalkCallee(Node callee)
    {
        if (callee is not Identifier)
        {
            Walk(callee);
        }
    }

    private void WalkProperty(Property property)
    {
        if (property.Computed)
        {
            Walk(property.Key);
        }

        if (property is { Shorthand: true, Value: Identifier name })
        {
            WalkName(name, $"{name.Name}: ");
            return;
        }

        Walk(property.Value);
    }

    // What is assigned to: names are variables, members are members; a call is nothing to assign to.
    private void WalkTarget(Node? target)
    {
        switch (target)
        {
            case null or Identifier:
                break;
            case MemberExpression member when marks.TryGetValue(member.Property.Start, out var mark) && mark.Kind is MarkKind.Descendants or MarkKind.Predicate:
                throw new ForbiddenPlaceException(member.Start, "Invalid left-hand side in assignment");
            case ArrayPattern array:
                foreach (var element in array.Elements)
                {
                    WalkTarget(element);
                }

                break;
            case ObjectPattern pattern:
                foreach (var property in pattern.Properties)
                {
                    WalkTarget(property);
                }

                break;
            case Property property:
                if (property.Computed)
                {
                    Walk(property.Key);
                }

                WalkTarget(property.Value);
                break;
            case AssignmentPattern withDefault:
                WalkTarget(withDefault.Left);
                Walk(withDefault.Right);
                break;
            case RestElement rest:
                WalkTarget(rest.Argument);
                break;
            default:
                Walk(target);
                break;
        }
    }
}
