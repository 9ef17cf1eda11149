namespace ChannelHost.Abstractions;

/// <summary>
/// Settings of a source that put values of each message into its answer. The engine fills them in when the answer is made, from the maps as they are then, and hands them over in
/// <see cref="SourceResponse.Variables"/>; what a script left there under the same name stands.
/// </summary>
public interface IAnswerTemplates
{
    /// <summary>Texts by the name that the source reads them under (<c>http.status</c>). One that cannot be filled in is left out.</summary>
    IReadOnlyDictionary<string, Template> AnswerTemplates { get; }

    /// <summary>Variables that hold a map, by what the names of its entries begin with (<c>http.header.</c>). One that is not there, or holds none, gives nothing.</summary>
    IReadOnlyDictionary<string, string> AnswerMaps { get; }
}
