using ChannelHost.Import.Drafts;

namespace ChannelHost.Import.Steps;

/// <summary>A step or rule whose script lay in a file on the other server: exports do not hold it.</summary>
internal static class ExternalScript
{
    /// <summary>Leaves a place for its text, which fails until somebody fills it in.</summary>
    public static void Write(StepElement step, ScriptDraft script, ChannelDraft draft)
    {
        var path = step.Element.Word("scriptPath");
        draft.Decide(step.Element, $"the script {path} lay on the other server and is not in the export: paste its text in place of the error");
        script.Line($"throw new Error({JavaScriptText.Literal($"The script {path} was not in the export: its text belongs here.")});", step.Element);
    }
}
