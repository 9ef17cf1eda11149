using ChannelHost.Scripting.Running;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace ChannelHost.Scripting.Scope;

/// <summary><c>destinationSet</c>: source scripts narrow where the message goes.</summary>
internal static class DestinationSet
{
    private static readonly JsObjectShape Shape = new JsObjectShape.Builder()
        .Method("remove", (self, names) => Selection(self).Remove(Names(names)), 1)
        .Method("removeAllExcept", (self, names) => Selection(self).RemoveAllExcept(Names(names)), 1)
        .Method("removeAll", (self, _) => Selection(self).RemoveAll())
        .Build();

    /// <summary>Makes it for a run that has one.</summary>
    public static ObjectInstance Create(Engine engine, ScriptRun run)
    {
        var set = Shape.Instantiate(engine);
        JsObjectShape.SetHostState(set, run.Scope.Destinations);
        return set;
    }

    private static DestinationSelection Selection(JsValue self) =>
        JsObjectShape.GetHostState(self as ObjectInstance) as DestinationSelection
        ?? throw new InvalidOperationException("A method of destinationSet was called without it.");

    private static HashSet<string> Names(JsValue[] arguments)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            if (argument is JsArray several)
            {
                names.UnionWith(several.ToArray().Select(TypeConverter.ToString));
            }
            else
            {
                names.Add(TypeConverter.ToString(argument));
            }
        }

        return names;
    }
}
