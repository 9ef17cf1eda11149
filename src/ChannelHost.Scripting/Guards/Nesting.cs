using Jint.Native.Object;

namespace ChannelHost.Scripting.Guards;

/// <summary>The arrays that are being turned into text, one inside the other.</summary>
internal sealed class Nesting
{
    private readonly HashSet<ObjectInstance> _open = new(ReferenceEqualityComparer.Instance);

    /// <summary>Begins one; false when it is open already.</summary>
    public bool Enter(ObjectInstance value) => _open.Add(value);

    /// <summary>Ends one.</summary>
    public void Leave(ObjectInstance value) => _open.Remove(value);
}
