using ChannelHost.Scripting.Java;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.UserClasses;
using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.Running;

/// <summary>What the value means that a unit's last script returned.</summary>
internal static class ReturnedValue
{
    private const string Evaluated = "JavaScript evaluation successful.";

    /// <summary>A result without content.</summary>
    public static ScriptResult Of(ScriptKind kind, JsValue returned, ScriptRun run)
    {
        var result = new ScriptResult { Outcome = ScriptOutcome.Accepted };
        return kind switch
        {
            ScriptKind.Reader => Read(result, returned, run),
            ScriptKind.Writer => Written(result, returned, run),
            ScriptKind.Postprocessor or ScriptKind.GlobalPostprocessor => Answered(result, returned, run),
            ScriptKind.Batch => result with { Value = returned.IsNothing() ? null : TreeText.Of(returned) },
            _ => result,
        };
    }

    private static ScriptResult Read(ScriptResult result, JsValue returned, ScriptRun run)
    {
        if (!HoldsRawMessage(returned))
        {
            return result with { Value = Plain(returned, run) };
        }

        var items = JavaValues.ItemsOf(returned) ?? [returned];
        return result with { Messages = [.. items.Where(item => !item.IsNothing()).Select(item => RawMessageClass.Read(item, run, run.Scope.Outbound))] };
    }

    private static bool HoldsRawMessage(JsValue returned) =>
        returned is UserObject { State: RawMessageState } || (JavaValues.ItemsOf(returned)?.Any(item => item is UserObject { State: RawMessageState }) ?? false);

    private static ScriptResult Written(ScriptResult result, JsValue returned, ScriptRun run)
    {
        if (returned is UserObject { State: ResponseState made })
        {
            return result with { Value = made.ToPlain(), Response = made.ToResponse(run.Scope.Outbound) };
        }

        if (!run.IsMirth)
        {
            return result with { Value = Plain(returned, run) };
        }

        if (StatusValues.Read(run, returned) is { } status)
        {
            return result with { Value = StatusValues.Name(status), Response = new Response { Status = status, StatusMessage = Evaluated } };
        }

        return result with
        {
            Value = returned.IsNothing() ? null : TreeText.Of(returned),
            Response = Response.Sent(Evaluated, returned.IsNothing() ? default : run.Scope.Outbound.Encode(TreeText.Of(returned))),
        };
    }

    private static ScriptResult Answered(ScriptResult result, JsValue returned, ScriptRun run)
    {
        if (returned is UserObject { State: ResponseState made })
        {
            return result with { Value = made.ToPlain(), Response = made.ToResponse(run.Scope.Outbound) };
        }

        if (!run.IsMirth || returned.IsNothing())
        {
            return result with { Value = Plain(returned, run) };
        }

        var text = TreeText.Of(returned);
        return result with { Value = text, Response = Response.Sent("", run.Scope.Outbound.Encode(text)) };
    }

    // What leaves the unit is text where maps keep more.
    private static object? Plain(JsValue value, ScriptRun run) => PlainValue.From(value, run) switch
    {
        MarkupValue markup => markup.Text,
        DateValue date => date.ToString(),
        var plain => plain,
    };
}
