using ChannelHost.Connectors.Http;
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

    private const string PortalSecret = "CHANNELHOST_SECRET_INTAKE_PORTAL";

    /// <summary>The demo's SSH keys.</summary>
    public static SshKeys KeysIn(string folder) => new(Path.Combine(folder, "sshd"));

    /// <summary>The folder that the practice's SFTP server shows.</summary>
    public static string PracticeIn(string folder) => Path.Combine(folder, "practice");

    /// <summary>Sets the variables.</summary>
    /// <returns>The key by which the web portal is known, made anew for each demo: the channel gets its hash.</returns>
    public static string Set(string folder)
    {
        var keys = KeysIn(folder);
        Give("SFTP_KEYFILE", keys.ClientKey);
        Give("SFTP_KNOWNHOSTS", keys.KnownHosts);
        Give("SFTP_FOLDER", PracticeIn(folder));
        Give("SFTP_USER", Environment.UserName);
        if (LoopbackSshd.Program is null)
        {
            Give("SFTP_ENABLED", "false");
        }

        var key = SecretHash.NewKey();
        Environment.SetEnvironmentVariable(PortalSecret, SecretHash.OfKey(key));
        return key;
    }

    private static void Give(string name, string value) => Environment.SetEnvironmentVariable($"CHANNELHOST_CONFIG_CLINIC_{name}", value);
}
