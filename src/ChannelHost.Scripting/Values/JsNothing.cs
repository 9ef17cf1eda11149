using Jint;
using Jint.Native;

namespace ChannelHost.Scripting.Values;

/// <summary>The question that scripts ask with <c>value == null</c>.</summary>
internal static class JsNothing
{
    /// <summary>True for null and undefined.</summary>
    public static bool IsNothing(this JsValue value) => value.IsNull() || value.IsUndefined();
}
