using System.Globalization;
using System.Text.Json;

namespace ChannelHost.Engine.Transformers;

/// <summary>Reads the values that a channel's <c>metadata:</c> names, for the index. A value that cannot be read is left out: the message itself is what counts.</summary>
internal sealed class MetadataReader(IReadOnlyDictionary<string, string> paths, IMessageCodec codec)
{
    /// <summary>The longest value that is indexed, in characters; longer ones are cut.</summary>
    private const int LongestValue = 256;

    /// <summary>The values of one message; null when the channel indexes nothing.</summary>
    public IReadOnlyDictionary<string, string>? Read(ReadOnlyMemory<byte> content)
    {
        if (paths.Count == 0)
        {
            return null;
        }

        var values = new Dictionary<string, string>(paths.Count);
        try
        {
            switch (codec.Model)
            {
                case MessageModel.Tree:
                    ReadTree(content, values);
                    break;
                case MessageModel.Json:
                    ReadJson(content, values);
                    break;
            }
        }
        catch (Exception exception) when (exception is MessageFormatException or JsonException)
        {
            // The transformer meets the same fault and puts it on the message; the index has nothing to add.
            return values;
        }

        return values;
    }

    private void ReadTree(ReadOnlyMemory<byte> content, Dictionary<string, string> values)
    {
        var tree = codec.Parse(content);
        foreach (var (name, path) in paths)
        {
            try
            {
                Add(values, name, tree.Get(path));
            }
            catch (FormatException)
            {
                // A path that names no place in this data type indexes nothing; the message itself is what counts.
            }
        }
    }

    private void ReadJson(ReadOnlyMemory<byte> content, Dictionary<string, string> values)
    {
        using var document = JsonDocument.Parse(codec.ReadJson(content));
        foreach (var (name, path) in paths)
        {
            JsonElement? at = document.RootElement;
            foreach (var step in path.Split('.'))
            {
                at = at is { } value ? Below(value, step) : null;
            }

            Add(values, name, at is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array) } found ? found.ToString() : null);
        }
    }

    // An object's member, or the element of an array by its index from 0: rows.0.mrn.
    private static JsonElement? Below(JsonElement value, string step) => value.ValueKind switch
    {
        JsonValueKind.Object when value.TryGetProperty(step, out var member) => member,
        JsonValueKind.Array when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < value.GetArrayLength() => value[index],
        _ => null,
    };

    private static void Add(Dictionary<string, string> values, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            values[name] = value.Length > LongestValue ? value[..LongestValue] : value;
        }
    }
}
