using ChannelHost.Tests.Scripting.Support;

namespace ChannelHost.Tests.Scripting.Java;

/// <summary>Runs Java expressions in the real engine.</summary>
internal static class JavaBench
{
    /// <summary>The value of the last expression of a script, as type and text: <c>object:abc</c>; or <c>throws:</c> and the error.</summary>
    public static string Eval(string script, Compatibility compatibility = Compatibility.None, ScriptAccess? access = null, TimeProvider? time = null)
    {
        var bench = Bench(compatibility, access, time);
        var result = bench.Run(ScriptBench.Scope(), ScriptBench.Step(ScriptKind.Writer, Returning(script)));
        return result.Error is { } error ? "throws:" + error.Message : result.Value as string ?? "";
    }

    /// <summary>The bench itself.</summary>
    public static ScriptBench Bench(Compatibility compatibility, ScriptAccess? access = null, TimeProvider? time = null) => new()
    {
        Time = time ?? TimeProvider.System,
        With = environment => environment with { Compatibility = compatibility, Access = access ?? ScriptAccess.None },
    };

    private static string Returning(string script)
    {
        var (depth, start) = (0, 0);
        var quote = '\0';
        for (var at = 0; at < script.Length; at++)
        {
            var c = script[at];
            if (quote != '\0')
            {
                at += c == '\\' ? 1 : 0;
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c is '(' or '{' or '[')
            {
                depth++;
            }
            else if (c is ')' or '}' or ']')
            {
                depth--;
            }
            else if (c == ';' && depth == 0 && at + 1 < script.Length)
            {
                start = at + 1;
            }
        }

        return $"{script[..start]}\nvar last = ({script[start..].TrimEnd(';')}\n); return typeof last + ':' + String(last);";
    }
}
