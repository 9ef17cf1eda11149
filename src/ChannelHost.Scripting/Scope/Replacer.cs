using System.Globalization;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.UserClasses;
using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.Scope;

/// <summary><c>replacer.replaceValues(template)</c>: fills in <c>${name}</c> from the maps; what nobody knows stays as it stands.</summary>
internal static class Replacer
{
    /// <summary>The class.</summary>
    public static readonly UserClass Type = new UserClassBuilder<object>("com.mirth.connect.server.util", "TemplateValueReplacer")
        .Method("replaceValues", static (_, call) => Replace(call), 1)
        .Build();

    /// <summary>Makes it for a run.</summary>
    public static JsValue Create(ScriptRun run) => run.Classes.Wrap(Type, run);

    private static JsValue Replace(UserCall call)
    {
        if (call.TextOrNull(0) is not { } source)
        {
            return JsValue.Null;
        }

        // The last argument may be a map; a channel's id before it changes nothing here: a script has the maps of its own channel.
        var given = call.Count > 1 ? PlainValue.From(call[call.Count - 1], call.Run) as IReadOnlyDictionary<string, object?> : null;
        Template template;
        try
        {
            template = Template.Parse(source);
        }
        catch (FormatException)
        {
            // As in the reference a text that is no template is left alone.
            return call.Run.Text(source);
        }

        return template.TryFill(new Lookup(call.Run, given), out var result) ? call.Run.Text(result) : call.Run.Text(source);
    }

    private sealed class Lookup(ScriptRun run, IReadOnlyDictionary<string, object?>? given) : IVariableLookup
    {
        public string? Find(string name) => Text(Value(name)) ?? $"${{{name}}}";

        private object? Value(string name)
        {
            if (given is not null && given.TryGetValue(name, out var value))
            {
                return value;
            }

            var maps = run.Scope.Maps;
            if (maps.Response.TryGet(name, out value) || maps.Connector.TryGet(name, out value) || maps.Channel.TryGet(name, out value)
                || maps.Source.TryGetValue(name, out value) || run.Environment.GlobalChannelMap.TryGet(name, out value)
                || run.Environment.GlobalMap.TryGet(name, out value))
            {
                return value;
            }

            return run.Environment.ConfigurationMap.TryGetValue(name, out var setting) ? setting : Own(name);
        }

        private string? Own(string name) => name switch
        {
            "channelName" => run.Environment.ChannelName,
            "channelId" => run.Environment.ChannelId ?? run.Environment.Channel,
            "UUID" or "uuid" => Uuids.New(run).ToString(),
            "message.messageId" => run.Scope.MessageId.ToString(CultureInfo.InvariantCulture),
            "message.rawData" => MessageClass.Snapshot(run).Connectors.FirstOrDefault(connector => connector.Id == run.Scope.ConnectorId)?.Raw,
            "message.encodedData" => MessageClass.Snapshot(run).Connectors.FirstOrDefault(connector => connector.Id == run.Scope.ConnectorId)?.Encoded,
            _ => null,
        };

        // Numbers that scripts keep are Java's doubles: 1.0.
        private string? Text(object? value) => value switch
        {
            null => null,
            string text => text,
            bool flag => flag ? "true" : "false",
            double number when run.IsMirth && number == Math.Floor(number) && Math.Abs(number) < 1e7 => number.ToString("0.0", CultureInfo.InvariantCulture),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
    }
}
