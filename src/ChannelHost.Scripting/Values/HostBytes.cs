using System.Text;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using Jint.Native;
using Jint.Native.Object;

namespace ChannelHost.Scripting.Values;

/// <summary>Bytes that scripts give, and bytes that they get as text.</summary>
internal static class HostBytes
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Those of an array, or a text in UTF-8.</summary>
    public static byte[] Of(JsValue value, ScriptRun run) =>
        value is ObjectInstance and not TreeValue && PlainValue.From(value, run) is byte[] bytes ? bytes : StrictUtf8.GetBytes(TreeText.Of(value));

    /// <summary>UTF-8, where it is; else byte by byte rather than with replacement characters.</summary>
    public static string Text(ReadOnlySpan<byte> content)
    {
        try
        {
            return StrictUtf8.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(content);
        }
    }
}
