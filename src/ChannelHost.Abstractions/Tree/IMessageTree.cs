namespace ChannelHost.Abstractions;

/// <summary>
/// A parsed message of a data type whose model is a tree. Scripts reach it in two ways: by path (decoded values, right position, escapes
/// written for you) and by node (the form Mirth scripts use, text as it stands in the message). Both see one and the same message.
/// </summary>
public interface IMessageTree
{
    /// <summary>The root element; a packed one until somebody looks inside.</summary>
    MessageNode Root { get; set; }

    /// <summary>The decoded value at a path, or null when nothing is there. The first match counts where a path does not say which.</summary>
    /// <param name="path">For HL7 v2 <c>PID-5.1</c>, <c>PID-3[2].1</c> (repetition from 1), <c>OBX[3]-5</c> (third OBX), <c>PID-5.1.2</c>.</param>
    /// <param name="within">Null for the whole message; else the node that the path starts at (a segment: <c>5.1</c>; a field: <c>1</c>).</param>
    /// <exception cref="FormatException">The path cannot be read; the message says why.</exception>
    string? Get(string path, MessageNode? within = null);

    /// <summary>Writes a value at a path, adding what is missing in its right place and escaping what the format reserves. Null writes an empty value.</summary>
    /// <exception cref="FormatException">The path cannot be read, or names more than one place.</exception>
    void Set(string path, string? value, MessageNode? within = null);

    /// <summary>All nodes at a path: segments for <c>OBX</c>, repetitions for <c>PID-3</c>, one component of each repetition for <c>PID-3.1</c>.</summary>
    IReadOnlyList<MessageNode> All(string path, MessageNode? within = null);

    /// <summary>Removes everything at a path; gives how many nodes went. For HL7 v2 a removed field leaves its place empty.</summary>
    int Remove(string path, MessageNode? within = null);

    /// <summary>Adds an element of this name below <paramref name="parent"/> where the format wants it (HL7 v2: fields and components in the order of their numbers).</summary>
    MessageNode Create(MessageNode parent, string name);

    /// <summary>
    /// False when no element of this data type can have this name. Scripts reach methods and elements by the same syntax
    /// (<c>list.length()</c>, <c>segment['PID.5']</c>): what cannot be an element is not looked for among thousands of them.
    /// </summary>
    bool CanName(string name) => true;

    /// <summary>The message as bytes. What was not changed is the same bytes as before.</summary>
    ReadOnlyMemory<byte> Serialize();
}
