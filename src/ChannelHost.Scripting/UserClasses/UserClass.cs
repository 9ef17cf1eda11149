using System.Collections.Frozen;
using ChannelHost.Scripting.Running;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>A function of a class itself.</summary>
internal delegate JsValue UserFunction(UserCall call);

/// <summary>A class of Mirth's user API: what scripts can make of it and call on it. Built once; what a run makes of it is in <see cref="RunClasses"/>.</summary>
internal sealed class UserClass
{
    /// <summary>The simple name, by which every script knows it.</summary>
    public required string Name { get; init; }

    /// <summary>The Java package.</summary>
    public required string Package { get; init; }

    /// <summary>What its objects have.</summary>
    public required JsObjectShape Members { get; init; }

    /// <summary>What the class itself has: functions by name.</summary>
    public required FrozenDictionary<string, UserFunction> Statics { get; init; }

    /// <summary>What the class itself has: values by name.</summary>
    public required FrozenDictionary<string, Func<ScriptRun, JsValue>> Constants { get; init; }

    /// <summary>Makes the state of a new object; null when there is no public constructor.</summary>
    public Func<UserCall, object>? Create { get; init; }

    /// <summary>The text of an object.</summary>
    public Func<object, string>? Describe { get; init; }

    /// <summary>The plain form of an object, as maps keep it; null when it has none.</summary>
    public Func<object, object?>? Plain { get; init; }

    /// <summary>The name as Java has it.</summary>
    public string FullName => $"{Package}.{Name}";
}
