using System.Security.Cryptography;
using System.Text.Json;

namespace ChannelHost.Engine.Deployment;

/// <summary>The name of a channel's state (<see cref="ConnectorContext.StateId"/>): made when first asked for, kept as a document in it.</summary>
internal static class StateName
{
    private const string Document = "state-id";
    private const int Bytes = 4;

    public static string Of(IChannelState state)
    {
        if (state.ReadDocument(Document) is { } json && JsonSerializer.Deserialize<string>(json) is { Length: 2 * Bytes } known)
        {
            return known;
        }

        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));
        state.WriteDocument(Document, JsonSerializer.Serialize(made));
        return made;
    }
}
