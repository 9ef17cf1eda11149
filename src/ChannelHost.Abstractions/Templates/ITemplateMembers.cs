namespace ChannelHost.Abstractions;

/// <summary>A value of which templates can ask for members: <c>${message.rawData}</c>, <c>${date.get('yyyy')}</c>.</summary>
public interface ITemplateMembers
{
    /// <summary>Finds a member; false when there is none of that name, or not with such arguments.</summary>
    /// <param name="member">Its name as written: <c>rawData</c>, <c>getRawData</c>.</param>
    /// <param name="arguments">The arguments of a call; null when it is asked for as a property.</param>
    /// <param name="value">Its value.</param>
    bool TryGet(string member, IReadOnlyList<object?>? arguments, out object? value);
}
