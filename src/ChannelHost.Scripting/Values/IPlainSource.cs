using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.Values;

/// <summary>A host object that knows itself what a map keeps of it.</summary>
internal interface IPlainSource
{
    /// <summary>The plain form: string, double, bool, null, byte[], lists and dictionaries of these, <see cref="MarkupValue"/> or <see cref="DateValue"/>.</summary>
    object? ToPlain(ScriptRun run);
}
