using System.Collections.Frozen;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Scope;
using ChannelHost.Scripting.UserClasses.Databases;
using ChannelHost.Scripting.UserClasses.Files;
using ChannelHost.Scripting.UserClasses.Formats;
using ChannelHost.Scripting.UserClasses.Host;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>All user classes: every script knows them by their simple names, and by the names Java has for them.</summary>
internal static class UserClassNames
{
    private static readonly UserClass[] Classes =
    [
        EnumClass.ContentType, EnumClass.DeployedState,
        ResponseClass.Response, ResponseClass.Immutable, ResponseClass.Factory,
        RawMessageClass.Type, AttachmentClass.Type, AttachmentFunctions.Util, Uuids.Generator,
        RouterClass.Type, Alerts.Type,
        ConnectorMessageClass.Type, ConnectorMessageClass.Content, MessageClass.Type,
        DatabaseClasses.Factory, DatabaseClasses.Connection, RowSetClass.Type,
        FileUtilClass.Type, HashUtilClass.Type, NcpdpUtilClass.Type, AckGeneratorClass.Type, HttpUtilClass.Type, HttpUtilClass.Headers, HttpUtilClass.Parameters,
        DateUtilClass.Type, BuilderClasses.Lists, BuilderClasses.Maps, XmlUtilClass.Type, JsonUtilClass.Type, SerializerClasses.Factory, ChannelUtilClass.Type, ChannelUtilClass.Future,
        MailClasses.Connection, MailClasses.Factory, AbsentClasses.Encryption, AbsentClasses.Dicom, AbsentClasses.Entry,
    ];

    private static readonly FrozenDictionary<string, UserClass> ByFullName =
        Classes.Append(EnumClass.Status).ToFrozenDictionary(type => type.FullName, StringComparer.Ordinal);

    private static readonly FrozenSet<string> SimpleNames = Classes.Select(type => type.Name).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The globals.</summary>
    public static readonly GlobalName[] Globals = [.. Classes.Select(type => new GlobalName(type.Name, (_, run) => run.Classes.Function(type)))];

    /// <summary>True for the simple name of a class.</summary>
    public static bool IsClass(string name) => SimpleNames.Contains(name);

    /// <summary>A class by the name Java has for it (<c>com.mirth.connect.userutil.Response</c>); null for none.</summary>
    public static JsValue? Find(ScriptRun run, string fullName) =>
        ByFullName.TryGetValue(fullName, out var type) ? run.Classes.Function(type) : null;

    /// <summary>A class by its simple name; null for none.</summary>
    public static UserClass? BySimpleName(string name) => Classes.FirstOrDefault(type => type.Name == name);

    /// <summary>A class by the name Java has for it; null for none.</summary>
    public static UserClass? ByName(string fullName) => ByFullName.GetValueOrDefault(fullName);

    /// <summary>True for a class that only says that it is not available.</summary>
    public static bool IsAbsent(UserClass type) =>
        type == AbsentClasses.Encryption || type == AbsentClasses.Dicom;

    /// <summary>True when there is such a class or package of classes.</summary>
    public static bool IsKnown(string fullName) =>
        ByFullName.ContainsKey(fullName) || ByFullName.Keys.Any(name => name.StartsWith(fullName + ".", StringComparison.Ordinal));
}
