using System.Net;
using System.Text.Json;

namespace ChannelHost.Abstractions;

/// <summary><c>XmlUtil</c> and <c>JsonUtil</c> in templates, as far as a setting can use them: the characters that a value must not have as they are.</summary>
internal sealed class TextMembers(bool isXml) : ITemplateMembers
{
    public bool TryGet(string member, IReadOnlyList<object?>? arguments, out object? value)
    {
        value = arguments is [var only] && ValueText.Of(only, TemplateDialect.Velocity) is { } text
            ? (isXml, member) switch
            {
                (true, "encode") => System.Security.SecurityElement.Escape(text),
                (true, "decode") => WebUtility.HtmlDecode(text),
                (false, "escape") => JsonEncodedText.Encode(text).Value,
                _ => null,
            }
            : null;
        return value is not null;
    }
}
