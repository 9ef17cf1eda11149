using System.Text;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>Charsets that scripts name.</summary>
internal static class Charsets
{
    /// <summary>The charset that an argument names; UTF-8 where it is left out.</summary>
    public static Encoding Of(UserCall call, int index)
    {
        if (call.TextOrNull(index) is not { } name)
        {
            return Encoding.UTF8;
        }

        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            throw call.Throw("java.io.UnsupportedEncodingException", name);
        }
    }
}
