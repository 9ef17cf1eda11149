using ChannelHost.Scripting.Java;
using ChannelHost.Scripting.Java.Util;
using ChannelHost.Scripting.Running;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses.Formats;

/// <summary><c>Lists</c> and <c>Maps</c>: Java's collections with calls that can be chained.</summary>
internal static class BuilderClasses
{
    /// <summary><c>Lists</c>.</summary>
    public static readonly UserClass Lists = new UserClassBuilder<object>(Packages.Shared, "Lists")
        .Static("list", static call => new JavaObject(call.Run.Java, ListBuilder!, new JavaList(Items(call))))
        .Build();

    /// <summary><c>Maps</c>.</summary>
    public static readonly UserClass Maps = new UserClassBuilder<object>(Packages.Shared, "Maps")
        .Static("map", static call => new JavaObject(call.Run.Java, MapBuilder!, Entries(call)))
        .Build();

    /// <summary>Values by name as a Java map.</summary>
    public static JsValue MapOf(ScriptRun run, IReadOnlyDictionary<string, object?> values)
    {
        var map = JavaMap.Linked(run.Java);
        foreach (var (key, value) in values)
        {
            map.Put(key, run.FromPlain(value));
        }

        return new JavaObject(run.Java, MapClasses.LinkedHashMap, map);
    }

    private static readonly JavaClass ListBuilder = new JavaClass("com.mirth.connect.userutil.ListBuilder", ListClasses.ArrayList)
        .Chain<JavaList>("append", static (list, call) => list.Changing().Add(call[0]));

    private static readonly JavaClass MapBuilder = new JavaClass("com.mirth.connect.userutil.MapBuilder", MapClasses.LinkedHashMap)
        .Chain<JavaMap>("add", static (map, call) => map.Put(call[0], call[1]));

    // (), (list), (element)
    private static List<JsValue> Items(UserCall call) => call.Count == 0 ? [] : JavaValues.ItemsOf(call[0])?.ToList() ?? [call[0]];

    // (), (map), (key, value)
    private static JavaMap Entries(UserCall call)
    {
        var map = JavaMap.Linked(call.Run.Java);
        if (call.Count >= 2)
        {
            map.Put(call[0], call[1]);
        }
        else if (call.Count == 1)
        {
            foreach (var (key, value) in JavaValues.EntriesOf(call[0]) ?? throw call.Error("needs a map."))
            {
                map.Put(key, value);
            }
        }

        return map;
    }
}
