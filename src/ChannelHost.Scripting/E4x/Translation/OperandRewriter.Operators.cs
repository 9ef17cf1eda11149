using Acornima;
using Acornima.Ast;

namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>Operators whose meaning depends on what their operands are.</summary>
internal sealed partial class OperandRewriter
{
    private void WalkTypeOf(UnaryExpression typeOf)
    {
        var end = typeOf.Start + "typeof".Length;
        if (typeOf.Argument is Identifier name)
        {
            if (_picks == 0)
            {
                _edits.Replace(typeOf.Start, end, $"(typeof {name.Name} === 'undefined' ? 'undefined' : __e4x.type(");
                _edits.Close(typeOf.End, "))");
            }

            return;
        }

        Walk(typeOf.Argument);
        _edits.Replace(typeOf.Start, end, "__e4x.type(");
        _edits.Close(typeOf.End, ")");
    }

    // With these the outcome is the same for XML and for the function that the engine takes it for.
    private bool IsTypeTest(BinaryExpression comparison)
    {
        if (comparison.Operator is not (Operator.Equality or Operator.Inequality or Operator.StrictEquality or Operator.StrictInequality))
        {
            return false;
        }

        var typeOf = comparison.Left as UnaryExpression ?? comparison.Right as UnaryExpression;
        var other = ReferenceEquals(typeOf, comparison.Left) ? comparison.Right : comparison.Left;
        if (typeOf is not { Operator: Operator.TypeOf } || other is not StringLiteral { Value: "undefined" or "string" or "number" or "boolean" })
        {
            return false;
        }

        if (typeOf.Argument is not Identifier)
        {
            Walk(typeOf.Argument);
        }

        return true;
    }

    private bool WalkSum(BinaryExpression sum)
    {
        if (!(Walk(sum.Left) | Walk(sum.Right)))
        {
            return false;
        }

        var plus = OperatorBetween(sum.Left.End, '+');
        _edits.Open(sum.Start, "__e4x.add(");
        _edits.Replace(plus, plus + 1, ",");
        _edits.Close(sum.End, ")");
        return true;
    }

    private void WalkAssignment(AssignmentExpression assignment)
    {
        if (marks.TryGetValue(assignment.Start, out var mark) && mark.Kind == MarkKind.DefaultNamespace)
        {
            Walk(assignment.Right);
            var equals = OperatorBetween(assignment.Left.End, '=');
            _edits.Replace(equals, equals + 1, "(");
            _edits.Close(assignment.End, ")");
            return;
        }

        WalkTarget(assignment.Left);
        if (Walk(assignment.Right) && assignment.Operator == Operator.AdditionAssignment)
        {
            RewriteAppend(assignment);
        }
    }

    private void RewriteAppend(AssignmentExpression assignment)
    {
        var operation = OperatorBetween(assignment.Left.End, '+');
        switch (assignment.Left)
        {
            case Identifier name:
                _edits.Replace(operation, operation + 2, $"= __e4x.add({name.Name},");
                break;
            case MemberExpression { Object: not Super, Property: not PrivateIdentifier } member:
                // Parentheses around the member would close too late.
                _edits.Open(assignment.Start, "__e4x.addTo(");
                _edits.Replace(assignment.Start, member.Start, "");
                WriteKey(member);
                _edits.Replace(member.End, operation + 2, ",");
                break;
            default:
                return;
        }

        _edits.Close(assignment.End, ")");
    }

    private void WriteKey(MemberExpression member)
    {
        if (member.Computed)
        {
            var bracket = OperatorBetween(member.Object.End, '[');
            _edits.Replace(bracket, bracket + 1, ", ");
            _edits.Replace(member.End - 1, member.End, "");
            return;
        }

        var dot = OperatorBetween(member.Object.End, '.');
        _edits.Replace(dot, dot + 1, ", ");
        _edits.Replace(member.Property.Start, member.Property.End, $"'{((Identifier)member.Property).Name}'");
    }

    // Parentheses that close and comments may stand before it.
    private int OperatorBetween(int from, char sign)
    {
        for (var at = from; ; at++)
        {
            if (text[at] == sign)
            {
                return at;
            }

            if (text[at] == '/')
            {
                at = text[at + 1] == '*'
                    ? text.IndexOf("*/", at + 2, StringComparison.Ordinal) + 1
                    : at + text.AsSpan(at).IndexOfAny("\n\r\u2028\u2029");
            }
            else if (text[at] == '<')
            {
                at += text.AsSpan(at).IndexOfAny("\n\r\u2028\u2029");
            }
        }
    }
}
