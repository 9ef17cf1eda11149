using Jint.Native;

namespace ChannelHost.Scripting.Java;

/// <summary>A method of a Java class, for all overloads of its name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Body">What it does.</param>
internal sealed record JavaMember(string Name, Func<JavaCall, JsValue> Body);
