using System.Globalization;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.UserClasses;
using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.Scope;

/// <summary><c>destinationSet</c>: source scripts narrow where the message goes, by names, titles or numbers, one by one or as lists.</summary>
internal static class DestinationSet
{
    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<DestinationSelection>(Packages.Server, "DestinationSet")
        .Method("remove", static (set, call) => set.Remove(Names(call)), 1)
        .Method("removeAllExcept", static (set, call) => set.RemoveAllExcept(Names(call)), 1)
        .Method("removeAll", static (set, _) => set.RemoveAll())
        .Build();

    /// <summary>Makes it for a run that has one.</summary>
    public static JsValue Create(ScriptRun run) => run.Classes.Wrap(Type, run.Scope.Destinations!);

    private static HashSet<string> Names(UserCall call)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < call.Count; i++)
        {
            Take(PlainValue.From(call[i], call.Run), names, call.Run);
        }

        return names;
    }

    private static void Take(object? value, HashSet<string> names, ScriptRun run)
    {
        switch (value)
        {
            case string name:
                names.Add(name);
                TakeTitle(name, names, run);
                TakeNumber(name, names, run);
                break;
            case double number:
                TakeNumber(number.ToString(CultureInfo.InvariantCulture), names, run);
                break;
            case IReadOnlyDictionary<string, object?>:
                break;
            case IEnumerable<object?> several:
                foreach (var item in several)
                {
                    Take(item, names, run);
                }

                break;
        }
    }

    private static void TakeTitle(string text, HashSet<string> names, ScriptRun run)
    {
        foreach (var (name, title) in run.Environment.DestinationTitles)
        {
            if (title == text)
            {
                names.Add(name);
            }
        }
    }

    // A number is a destination's own; a text may be one, too.
    private static void TakeNumber(string text, HashSet<string> names, ScriptRun run)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return;
        }

        foreach (var (name, id) in run.Environment.Destinations)
        {
            if (id == number)
            {
                names.Add(name);
            }
        }
    }
}
