using ChannelHost.Scripting.Compilation;
using ChannelHost.Scripting.E4x;
using ChannelHost.Scripting.Java;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.UserClasses;
using Jint.Native;
using Jint.Runtime.Interop;

namespace ChannelHost.Scripting.Scope;

/// <summary>All globals that scripts have beside those of the language.</summary>
internal static class GlobalNames
{
    private static readonly string[] Statuses = ["RECEIVED", "FILTERED", "TRANSFORMED", "SENT", "QUEUED", "ERROR", "PENDING"];

    private static readonly JsObjectShape StatusShape = Statuses
        .Aggregate(new JsObjectShape.Builder(), (builder, status) => builder.Constant(status, JsString.Create(status)))
        .Build();

    private static readonly GlobalName[] Variables =
    [
        new("msg", static (_, run) => run.Message.Read()) { In = ScopeSets.Content, ComesAfterTemplates = true },
        new("tmp", static (_, run) => run.Message.ReadTemplate()) { In = ScopeSets.Content, ComesAfterTemplates = true, Exists = static run => run.Message.HasTemplate },
        new("template", static (_, run) => run.Message.TemplateText) { In = ScopeSets.Content },
        new("phase", static (_, run) => run.Phase) { In = ScopeSets.Phase },
        new("message", static (_, run) => Message(run)) { In = ScopeSets.Text | ScopeSets.Whole },
        new("binary", static (_, run) => run.Scope.Variables.GetValueOrDefault("binary") is true) { In = ScopeSets.Binary },
        new("reader", static (_, run) => ReaderClass.Create(run)) { In = ScopeSets.Reader, Exists = static run => run.Scope.Reader is not null },
        new("connectorMessage", static (_, run) => ConnectorMessageClass.Own(run)) { In = ScopeSets.Connector },
        new("connector", static (_, run) => run.IsMirth && run.Scope.ConnectorId == 0 ? "Source" : run.Environment.DestinationName(run.Scope.Connector)) { In = ScopeSets.Connector },
        new("channelName", static (_, run) => run.Environment.ChannelName) { In = ScopeSets.Channel },
        new("channelId", static (_, run) => run.Environment.ChannelId ?? run.Environment.Channel) { In = ScopeSets.Channel },
        new("messageId", static (_, run) => run.Scope.MessageId) { In = ScopeSets.Connector },
        new("destinationSet", static (_, run) => DestinationSet.Create(run)) { In = ScopeSets.DestinationSet, Exists = static run => run.Scope.Destinations is not null },
        new("alerts", static (_, run) => Alerts.Create(run)) { In = ScopeSets.Channel },
        new("logger", static (_, run) => Logger.Create(run)),
        new("console", static (_, run) => Logger.Create(run)),
        new("router", static (_, run) => RouterClass.Create(run)),
        new("replacer", static (_, run) => Replacer.Create(run)),
        new("contextFactory", static (_, run) => ContextFactory.Create(run)),
        new("Status", static (engine, run) => run.IsMirth ? run.Classes.Function(EnumClass.Status) : StatusShape.Instantiate(engine)),
        .. Statuses.Select(status => new GlobalName(status, (_, run) => StatusValues.Of(run, status)) { In = ScopeSets.Statuses }),
    ];

    private static readonly GlobalName[] Maps =
    [
        Map("sourceMap", MapName.Source, ScopeSets.SourceMap),
        Map("channelMap", MapName.Channel, ScopeSets.MessageMaps),
        Map("connectorMap", MapName.Connector, ScopeSets.Connector),
        Map("responseMap", MapName.Response, ScopeSets.MessageMaps),
        Map("globalMap", MapName.Global, ScopeSets.Basic),
        Map("globalChannelMap", MapName.GlobalChannel, ScopeSets.Channel),
        Map("configurationMap", MapName.Configuration, ScopeSets.Basic),
        Map("resultMap", MapName.Result, ScopeSets.Basic) with { Exists = static run => run.Scope.Variables.ContainsKey("resultMap") },
        Shortcut("$s", MapName.Source),
        Shortcut("$c", MapName.Channel),
        Shortcut("$co", MapName.Connector),
        Shortcut("$r", MapName.Response),
        Shortcut("$g", MapName.Global),
        Shortcut("$gc", MapName.GlobalChannel),
        Shortcut("$cfg", MapName.Configuration),
        Helper("$", 1, static (run, arguments) => run.Maps.Find(MapMethods.Key(arguments))) with { IsFirm = false },
    ];

    private static readonly GlobalName[] Helpers =
    [
        Helper("createSegment", 3, Segments.Create),
        Helper("createSegmentAfter", 2, Segments.CreateAfter),
        Helper("validate", 3, Validation.Validate),
        Helper("getArrayOrXmlLength", 1, static (_, arguments) => Validation.Length(arguments)),
        Helper("newStringOrUndefined", 1, static (run, arguments) => Boxes.String(run, arguments)),
        Helper("newNumberOrUndefined", 1, static (run, arguments) => Boxes.Number(run, arguments)),
        Helper("newBooleanOrUndefined", 1, static (run, arguments) => Boxes.Boolean(run, arguments)),
        Attachments("addAttachment", AttachmentFunctions.Add),
        Attachments("getAttachments", AttachmentFunctions.GetAll),
        Attachments("getAttachment", AttachmentFunctions.Get),
        Attachments("getAttachmentIds", AttachmentFunctions.Ids),
        Attachments("updateAttachment", AttachmentFunctions.Update),
    ];

    private static readonly GlobalName[] Responses =
    [
        new("response", static (_, run) => ResponseVariables.Create(run)) { In = ScopeSets.Response | ScopeSets.ChannelResponse },
        new("responseStatus", static (_, run) => ResponseVariables.Status(run)) { In = ScopeSets.Response },
        new("responseStatusMessage", static (_, run) => ResponseVariables.StatusMessage(run)) { In = ScopeSets.Response },
        new("responseErrorMessage", static (_, run) => ResponseVariables.ErrorMessage(run)) { In = ScopeSets.Response },
    ];

    private static readonly GlobalName[] All = [.. Variables, .. Maps, .. Helpers, .. Responses, .. UserClassNames.Globals, .. XmlGlobals.All, .. JavaGlobals.All];

    /// <summary>The globals that a unit's scripts can reach.</summary>
    public static GlobalName[] For(IReadOnlyList<ParsedScript> scripts, ScopeNames names)
    {
        var reachesAll = scripts.Any(script => script.ReachesGlobalObject);
        return
        [
            .. All.Where(global => global.In == ScopeSets.Basic || names.AboutMessage().HasAny(global.In))
                .Where(global => (reachesAll && !global.IsHidden && !UserClassNames.IsClass(global.Name)) || scripts.Any(script => script.Mentions(global.Name))),
        ];
    }

    private static JsValue Message(ScriptRun run) =>
        run.Names.HasAny(ScopeSets.Whole) && (run.IsMirth || run.Scope.Snapshot is not null) ? MessageClass.Own(run) : run.Message.Text;

    private static GlobalName Map(string name, MapName map, ScopeSets sets) => new(name, (_, run) => run.Maps[map]) { In = sets };

    private static GlobalName Shortcut(string name, MapName map) => Helper(
        name,
        2,
        (run, arguments) => run.Names.Has(map)
            ? MapMethods.Shortcut(run.Maps[map], arguments)
            : throw run.Error($"{name} has no map here: {char.ToLowerInvariant(map.ToString()[0])}{map.ToString()[1..]}Map does not exist in this kind of script.")) with { IsFirm = false };

    private static GlobalName Attachments(string name, UserFunction body) =>
        new(name, (engine, run) => new ClrFunction(engine, name, (self, arguments) => body(new UserCall(run, self, name, arguments)), 1)) { IsFirm = true };

    private static GlobalName Helper(string name, int length, Func<ScriptRun, JsValue[], JsValue> body) =>
        new(name, (engine, run) => new ClrFunction(engine, name, (_, arguments) => body(run, arguments), length)) { IsFirm = true };
}
