using ChannelHost.Scripting.Compilation;
using ChannelHost.Scripting.E4x;
using Jint;
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

    private static readonly GlobalName[] Always =
    [
        new("msg", static (_, run) => run.Message.Read()),
        new("message", static (_, run) => run.Message.Text),
        new("sourceMap", static (_, run) => run.Maps[MapName.Source]),
        new("channelMap", static (_, run) => run.Maps[MapName.Channel]),
        new("connectorMap", static (_, run) => run.Maps[MapName.Connector]),
        new("responseMap", static (_, run) => run.Maps[MapName.Response]),
        new("globalMap", static (_, run) => run.Maps[MapName.Global]),
        new("globalChannelMap", static (_, run) => run.Maps[MapName.GlobalChannel]),
        new("configurationMap", static (_, run) => run.Maps[MapName.Configuration]),
        Shortcut("$s", MapName.Source),
        Shortcut("$c", MapName.Channel),
        Shortcut("$co", MapName.Connector),
        Shortcut("$r", MapName.Response),
        Shortcut("$g", MapName.Global),
        Shortcut("$gc", MapName.GlobalChannel),
        Shortcut("$cfg", MapName.Configuration),
        new("$", static (engine, run) => Function(engine, "$", 1, arguments => run.Maps.Find(MapMethods.Key(arguments)))),
        new("logger", static (engine, run) => Logger.Create(engine, run)),
        new("console", static (engine, run) => Logger.Create(engine, run)),
        new("router", static (engine, run) => Router.Create(engine, run)),
        new("destinationSet", static (engine, run) => DestinationSet.Create(engine, run)) { Exists = static run => run.Scope.Destinations is not null },
        new("channelName", static (_, run) => run.Environment.Channel),
        new("channelId", static (_, run) => run.Environment.Channel),
        new("connector", static (_, run) => run.Scope.Connector),
        new("messageId", static (_, run) => run.Scope.MessageId),
        new("Status", static (engine, _) => StatusShape.Instantiate(engine)),
        new("createSegment", static (engine, run) => Function(engine, "createSegment", 3, arguments => Segments.Create(run, arguments))),
        new("createSegmentAfter", static (engine, run) => Function(engine, "createSegmentAfter", 2, arguments => Segments.CreateAfter(run, arguments))),
        new("validate", static (engine, run) => Function(engine, "validate", 3, arguments => Validation.Validate(run, arguments))),
        new("getArrayOrXmlLength", static (engine, _) => Function(engine, "getArrayOrXmlLength", 1, Validation.Length)),
        .. XmlGlobals.All,
    ];

    private static readonly GlobalName[] ForResponses =
    [
        new("response", static (engine, run) => ResponseVariables.Create(engine, run)),
        new("responseStatus", static (_, run) => ResponseVariables.Status(run)),
        new("responseStatusMessage", static (_, run) => ResponseVariables.StatusMessage(run)),
        new("responseErrorMessage", static (_, run) => ResponseVariables.ErrorMessage(run)),
    ];

    private static readonly GlobalName[] StatusVariables =
        [.. Statuses.Select(status => new GlobalName(status, (_, _) => JsString.Create(status)))];

    /// <summary>The globals that a unit's scripts can reach.</summary>
    public static GlobalName[] For(IReadOnlyList<ParsedScript> scripts, IReadOnlyList<ScriptStep> steps)
    {
        IEnumerable<GlobalName> known = Always;
        if (steps.Any(step => step.Kind is ScriptKind.ResponseTransformer))
        {
            known = known.Concat(ForResponses);
        }

        if (steps.Any(step => step.Kind is ScriptKind.ResponseTransformer or ScriptKind.Postprocessor or ScriptKind.Writer))
        {
            known = known.Concat(StatusVariables);
        }

        var reachesAll = scripts.Any(script => script.ReachesGlobalObject);
        return [.. known.Where(global => (reachesAll && !global.IsHidden) || scripts.Any(script => script.Mentions(global.Name)))];
    }

    private static GlobalName Shortcut(string name, MapName map) =>
        new(name, (engine, run) => Function(engine, name, 2, arguments => MapMethods.Shortcut(run.Maps[map], arguments)));

    private static ClrFunction Function(Engine engine, string name, int length, Func<JsValue[], JsValue> body) =>
        new(engine, name, (_, arguments) => body(arguments), length);
}
