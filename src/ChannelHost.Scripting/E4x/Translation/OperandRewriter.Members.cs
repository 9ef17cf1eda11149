using Acornima.Ast;

namespace ChannelHost.Scripting.E4x.Translation;

/// <summary>Members and names.</summary>
internal sealed partial class OperandRewriter
{
    private bool WalkMember(MemberExpression member)
    {
        if (!member.Computed)
        {
            Walk(member.Object);
            return false;
        }

        if (!marks.TryGetValue(member.Property.Start, out var mark))
        {
            Walk(member.Object);
            Walk(member.Property);
            return false;
        }

        Walk(member.Object);
        switch (mark.Kind)
        {
            case MarkKind.Descendants:
                Walk(member.Property);
                ToCall(member, "__e4x.desc(");
                return true;
            case MarkKind.Predicate:
                WalkPredicate((ArrowFunctionExpression)member.Property, mark);
                ToCall(member, "__e4x.filter(");
                return true;
            case MarkKind.Part:
                Walk(member.Property);
                return true;
            default:
                Walk(member.Property);
                return false;
        }
    }

    // o[k] becomes f(o, k).
    private void ToCall(MemberExpression member, string function)
    {
        if (member.Object is Super)
        {
            throw new ForbiddenPlaceException(member.Property.Start, "Unexpected token '.'");
        }

        _edits.Open(member.Start, function);
        _edits.Replace(member.Property.Start - 1, member.Property.Start, ", ");
        _edits.Replace(member.End - 1, member.End, ")");
    }

    private void WalkPredicate(ArrowFunctionExpression predicate, Mark mark)
    {
        var picks = _picks;
        _picks = mark.Depth;
        Walk(predicate.Body);
        _picks = picks;
    }

    // Inside a predicate a name is an element first, then a variable, then nothing.
    private void WalkName(Identifier identifier, string before = "")
    {
        if (_picks == 0 || marks.ContainsKey(identifier.Start))
        {
            return;
        }

        var name = identifier.Name;
        switch (name)
        {
            case "yield" or "await":
                throw new ForbiddenPlaceException(identifier.Start, $"'{name}' cannot stand in a predicate");
            case "undefined" or "NaN" or "Infinity" or "arguments" or "__e4x":
                return;
        }

        if (IsElementParameter(name))
        {
            return;
        }

        var picks = string.Concat(Enumerable.Range(1, _picks).Reverse().Select(depth => $"__e4x.pick(__x{depth}, '{name}') ?? "));
        _edits.Replace(identifier.Start, identifier.End, $"{before}({picks}(typeof {name} === 'undefined' ? __e4x.none() : {name}))");
    }

    private static bool IsElementParameter(string name) => name.Length > 3 && name.StartsWith("__x", StringComparison.Ordinal) && char.IsAsciiDigit(name[3]);

    // new x..y() would construct what "new x" makes: it is refused, as are its like.
    private void RequirePlainCallee(NewExpression created)
    {
        for (Node at = created.Callee; at is MemberExpression member; at = member.Object)
        {
            if (IsCallInDisguise(member) && !IsParenthesised(created.Start, member.Start))
            {
                throw new ForbiddenPlaceException(member.Property.Start - 1, "A descendant or a predicate cannot follow 'new': put it into parentheses");
            }
        }
    }

    private bool IsParenthesised(int from, int to) => text.AsSpan(from, to - from).Contains('(');

    private void RequirePlainChain(ChainExpression chain)
    {
        MemberExpression? call = null;
        Node at = chain.Expression;
        while (true)
        {
            switch (at)
            {
                case MemberExpression member:
                    call ??= IsCallInDisguise(member) ? member : null;
                    if (call is not null && member.Optional)
                    {
                        throw new ForbiddenPlaceException(call.Property.Start - 1, "A descendant or a predicate cannot stand on an optional chain");
                    }

                    at = member.Object;
                    break;
                case CallExpression invoked:
                    if (call is not null && invoked.Optional)
                    {
                        throw new ForbiddenPlaceException(call.Property.Start - 1, "A descendant or a predicate cannot stand on an optional chain");
                    }

                    at = invoked.Callee;
                    break;
                default:
                    return;
            }
        }
    }

    private bool IsCallInDisguise(MemberExpression member) =>
        member.Computed && marks.TryGetValue(member.Property.Start, out var mark) && mark.Kind is MarkKind.Descendants or MarkKind.Predicate;
}
