using System.Globalization;
using ChannelHost.Scripting.Running;
using ChannelHost.Scripting.Trees;
using ChannelHost.Scripting.Values;
using Jint.Native;

namespace ChannelHost.Scripting.UserClasses.Formats;

/// <summary>A serializer of one data type with its settings.</summary>
/// <param name="Inbound">Reads messages.</param>
/// <param name="Outbound">Writes them.</param>
internal sealed record SerializerState(IMessageCodec Inbound, IMessageCodec Outbound);

/// <summary><c>SerializerFactory</c>: messages of a data type as XML and back.</summary>
internal static class SerializerClasses
{
    private const string Declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

    /// <summary>A serializer.</summary>
    public static readonly UserClass Serializer = new UserClassBuilder<SerializerState>("com.mirth.connect.donkey.model.message", "XmlSerializer")
        .Method("toXML", static (state, call) => call.Run.Text(ToXml(state, call)), 1)
        .Method("fromXML", static (state, call) => call.Run.Text(FromXml(state, call, TreeValue.From(call[0]) is { } tree ? TreeText.Xml(tree) : call.Text(0))), 1)
        .Method("toJSON", static (state, call) => call.Run.Text(state.Inbound.Model == MessageModel.Json ? call.Text(0) : XmlUtilClass.ToJson(call, ToXml(state, call)!)), 1)
        .Method("fromJSON", static (state, call) => call.Run.Text(
            state.Inbound.Model == MessageModel.Json ? call.Text(0) : FromXml(state, call, JsonUtilClass.ToXml(call, call.Text(0), markArrays: false, pretty: false))), 1)
        .Build();

    /// <summary>The factory.</summary>
    public static readonly UserClass Factory = new UserClassBuilder<object>(Packages.Server, "SerializerFactory")
        .Static("getSerializer", static call => Make(call, call.Text(0), Map(call, 1), Map(call, 2)))
        .Static("getDefaultSerializationProperties", static call => BuilderClasses.MapOf(call.Run, SerializerSettings.Defaults(call.Text(0), inbound: true)))
        .Static("getDefaultDeserializationProperties", static call => BuilderClasses.MapOf(call.Run, SerializerSettings.Defaults(call.Text(0), inbound: false)))
        .Static("getHL7Serializer", static call => Make(call, "HL7V2", Hl7Settings(call), null))
        .Static("getX12Serializer", static call => Make(call, "EDI/X12", new Dictionary<string, object?> { ["inferX12Delimiters"] = call.Flag(0) }, null))
        .Static("getEDISerializer", static call => Make(call, "EDI/X12", Delimiters(call), null))
        .Static("getNCPDPSerializer", static call => throw call.Error("is not available here: this host reads no NCPDP."))
        .Build();

    private static JsValue Make(UserCall call, string name, IReadOnlyDictionary<string, object?>? inbound, IReadOnlyDictionary<string, object?>? outbound)
    {
        var type = Find(call.Run, name);
        if (type is null)
        {
            return JsValue.Null;
        }

        try
        {
            return call.Run.Classes.Wrap(Serializer, new SerializerState(
                type.CreateCodec(SerializerSettings.Options(type, inbound)), type.CreateCodec(SerializerSettings.Options(type, outbound))));
        }
        catch (FormatException problem)
        {
            throw call.Error(problem.Message);
        }
    }

    private static IDataType? Find(ScriptRun run, string name)
    {
        var ours = DataTypeNames.ToOurs(name);
        return run.Environment.DataTypes.FirstOrDefault(type => ours == "delimited" && type.Name == "delimited-tree")
            ?? run.Environment.DataTypes.FirstOrDefault(type => string.Equals(type.Name, ours, StringComparison.OrdinalIgnoreCase));
    }

    private static IReadOnlyDictionary<string, object?>? Map(UserCall call, int index) => PlainValue.From(call[index], call.Run) as IReadOnlyDictionary<string, object?>;

    // strict, strictValidation, repetitions, convertLF, subcomponents
    private static Dictionary<string, object?> Hl7Settings(UserCall call)
    {
        var settings = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (call.Count > 2)
        {
            settings["handleRepetitions"] = call.Flag(2);
        }

        if (call.Count > 4)
        {
            settings["handleSubcomponents"] = call.Flag(4);
        }

        return settings;
    }

    private static Dictionary<string, object?> Delimiters(UserCall call) => new(StringComparer.Ordinal)
    {
        ["segmentDelimiter"] = call.TextOrNull(0),
        ["elementDelimiter"] = call.TextOrNull(1),
        ["subelementDelimiter"] = call.TextOrNull(2),
    };

    private static string? ToXml(SerializerState state, UserCall call)
    {
        var text = call.Text(0);
        switch (state.Inbound.Model)
        {
            case MessageModel.Tree when state.Inbound.DataType == "xml":
                return text;
            case MessageModel.Tree:
                try
                {
                    var document = new TreeDocument(call.Run, state.Inbound.Parse(state.Inbound.Encode(text)));
                    return Declaration + TreeText.Xml(document.Root);
                }
                catch (MessageFormatException problem)
                {
                    throw call.Throw("com.mirth.connect.donkey.model.message.MessageSerializerException", problem.Message);
                }

            case MessageModel.Json:
                return JsonUtilClass.ToXml(call, text, markArrays: false, pretty: false);
            default:
                return null;
        }
    }

    private static string? FromXml(SerializerState state, UserCall call, string xml)
    {
        if (state.Outbound.Model != MessageModel.Tree || state.Outbound.DataType == "xml")
        {
            return state.Outbound.Model switch
            {
                MessageModel.Tree => xml,
                MessageModel.Json => XmlUtilClass.ToJson(call, xml),
                _ => null,
            };
        }

        var type = Find(call.Run, "xml") ?? throw call.Error("needs the data type xml, which this host has not.");
        var reader = type.CreateCodec(SerializerSettings.Options(type, null));
        try
        {
            var root = reader.Parse(reader.Encode(xml)).Root;
            return state.Outbound.Decode(TreeConversion.Write(root, state.Outbound, call.Run));
        }
        catch (MessageFormatException problem)
        {
            throw call.Throw("com.mirth.connect.donkey.model.message.MessageSerializerException", problem.Message);
        }
    }

    /// <summary>A setting as text, for errors.</summary>
    internal static string Shown(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
