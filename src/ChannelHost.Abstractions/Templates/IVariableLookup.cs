namespace ChannelHost.Abstractions;

/// <summary>Finds the values of a template's names: the message's maps, then the message's own properties.</summary>
public interface IVariableLookup
{
    /// <summary>The value as text, or null when nothing has that name.</summary>
    /// <param name="name">What stands between <c>${</c> and <c>}</c>, for example <c>controlId</c> or <c>date:yyyyMMdd</c>.</param>
    string? Find(string name);

    /// <summary>The value itself, for templates that ask for a part of it; null when nothing has that name. The default is the text.</summary>
    object? FindValue(string name) => Find(name);

    /// <summary>
    /// Every text that a value brings passes here on its way into the result, once for each place. Whoever must check or encode what messages bring does it
    /// here, and all ways to a value are covered. The default gives the text as it is.
    /// </summary>
    /// <param name="reference">The name as the template has it, for messages to people.</param>
    /// <param name="text">The value's text.</param>
    string Show(string reference, string text) => text;
}
