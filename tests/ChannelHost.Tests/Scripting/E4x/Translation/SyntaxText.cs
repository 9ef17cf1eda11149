using System.Globalization;
using System.Text;
using Acornima;
using Acornima.Ast;

namespace ChannelHost.Tests.Scripting.E4x.Translation;

/// <summary>What a script says, without its layout: two scripts with the same tree have the same text.</summary>
internal static class SyntaxText
{
    private static readonly ParserOptions Options = new() { AllowReturnOutsideFunction = true };

    public static string Of(string script)
    {
        var result = new StringBuilder();
        Write(result, new Parser(Options).ParseScript(script));
        return result.ToString();
    }

    private static void Write(StringBuilder result, Node node)
    {
        result.Append('(').Append(node.TypeText);
        var detail = node switch
        {
            Identifier identifier => identifier.Name,
            StringLiteral text => $"'{text.Value}'",
            Literal literal => literal.Raw,
            UnaryExpression unary => $"{unary.Operator} {unary.Prefix}",
            BinaryExpression binary => binary.Operator.ToString(),
            AssignmentExpression assignment => assignment.Operator.ToString(),
            MemberExpression member => $"{member.Computed} {member.Optional}",
            CallExpression call => call.Optional.ToString(),
            VariableDeclaration variables => variables.Kind.ToString(),
            Property property => $"{property.Kind} {property.Computed}",
            TemplateElement element => $"'{element.Value.Cooked}'",
            IFunction function => string.Create(CultureInfo.InvariantCulture, $"{function.Async} {function.Generator}"),
            _ => "",
        };
        result.Append(' ').Append(detail);
        foreach (var child in node.ChildNodes)
        {
            Write(result, child);
        }

        result.Append(')');
    }
}
