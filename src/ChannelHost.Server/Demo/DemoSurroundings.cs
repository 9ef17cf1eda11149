using ChannelHost.Server.Demo.StandIns;

namespace ChannelHost.Server.Demo;

/// <summary>
/// What a demo gives to the channels beyond <c>config/demo.yaml</c>, which cannot know it: where its keys lie, who runs it, whether there is an SFTP
/// server to be had. Given as environment variables of this process.
/// </summary>
internal static class DemoSurroundings
{
    /// <summary>The environment whose values a demo uses.</summary>
    public const string EnvironmentName = "demo";

    /// <summary>The key by which the demo's web portal is known; its hash stands in <c>config/demo.yaml</c>. It opens nothing but a demo.</summary>
    public const string PortalKey = "demo-portal-key";

    /// <summary>The demo's SSH keys.</summary>
    public static SshKeys KeysIn(string folder) => new(Path.Combine(folder, "sshd"));

    /// <summary>Sets the variables.</summary>
    public static void Set(string folder)
    {
        var keys = KeysIn(folder);
        Give("SFTP_KEYFILE", keys.ClientKey);
        Give("SFTP_KNOWNHOSTS", keys.KnownHosts);
        Give("SFTP_USER", Environment.UserName);
        if (LoopbackSshd.Program is null)
        {
            Give("SFTP_ENABLED", "false");
        }
    }

    private static void Give(string name, string value) => Environment.SetEnvironmentVariable($"CHANNELHOST_CONFIG_CLINIC_{name}", value);
}
