using Acornima.Ast;

namespace ChannelHost.Scripting.Survey;

/// <summary>Names joined by dots, as they stand in a script: <c>java.util.ArrayList</c>.</summary>
internal static class NameChain
{
    /// <summary>The names; null when it is no such chain.</summary>
    public static List<string>? Of(Node node)
    {
        var names = new List<string>();
        for (var at = node; ;)
        {
            switch (at)
            {
                case Identifier identifier:
                    names.Add(identifier.Name);
                    names.Reverse();
                    return names;
                case MemberExpression { Computed: false, Property: Identifier property } member:
                    names.Add(property.Name);
                    at = member.Object;
                    break;
                case MemberExpression { Computed: true, Property: StringLiteral property } member:
                    names.Add(property.Value);
                    at = member.Object;
                    break;
                default:
                    return null;
            }
        }
    }
}
