using ChannelHost.Scripting.Running;

namespace ChannelHost.Scripting.UserClasses;

/// <summary>Random ids; those of a golden case come from its row of chance.</summary>
internal static class Uuids
{
    /// <summary><c>UUIDGenerator</c>.</summary>
    public static readonly UserClass Generator = new UserClassBuilder<object>(Packages.Server, "UUIDGenerator")
        .Static("getUUID", static call => call.Run.Text(New(call.Run).ToString()))
        .Build();

    /// <summary>A new one, version 4.</summary>
    public static Guid New(ScriptRun run)
    {
        if (run.Environment.Random is not { } random)
        {
            return Guid.NewGuid();
        }

        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
