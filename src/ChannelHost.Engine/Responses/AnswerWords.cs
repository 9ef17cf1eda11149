namespace ChannelHost.Engine.Responses;

/// <summary>Fills in what the source's settings want in each answer.</summary>
/// <param name="settings">The source's settings.</param>
/// <param name="environment">The channel's maps and clock.</param>
internal sealed class AnswerWords(IAnswerTemplates settings, ScriptEnvironment environment)
{
    /// <summary>For a source; null when its settings want nothing.</summary>
    public static AnswerWords? For(object options, ScriptEnvironment environment) =>
        options is IAnswerTemplates settings && settings.AnswerTemplates.Count + settings.AnswerMaps.Count > 0 ? new AnswerWords(settings, environment) : null;

    /// <summary>The answer with the values in it.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="maps">The message's maps.</param>
    /// <param name="snapshot">The message as templates see it.</param>
    public SourceResponse Fill(SourceResponse response, MessageMaps maps, Func<MessageSnapshot> snapshot)
    {
        var words = response.Variables is { } left ? new Dictionary<string, object?>(left, StringComparer.Ordinal) : new Dictionary<string, object?>(StringComparer.Ordinal);
        var variables = new TemplateVariables(environment, maps) { Snapshot = snapshot };
        foreach (var (name, template) in settings.AnswerTemplates)
        {
            if (template.TryFill(variables, out var text))
            {
                words.TryAdd(name, text);
            }
        }

        foreach (var (prefix, variable) in settings.AnswerMaps)
        {
            foreach (var (key, value) in variables.FindValue(variable) as IReadOnlyDictionary<string, object?> ?? new Dictionary<string, object?>())
            {
                words.TryAdd(prefix + key, value is IReadOnlyList<object?> several ? string.Join(", ", several) : value);
            }
        }

        return words.Count == 0 ? response : response with { Variables = words };
    }
}
