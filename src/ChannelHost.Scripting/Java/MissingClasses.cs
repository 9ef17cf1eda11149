namespace ChannelHost.Scripting.Java;

/// <summary>What to say about classes that are not available.</summary>
internal static class MissingClasses
{
    private static readonly (string Prefix, string Advice)[] Known =
    [
        ("java.lang.Runtime", "scripts cannot start programs"),
        ("java.lang.ProcessBuilder", "scripts cannot start programs"),
        ("java.net.Socket", "use a TCP destination instead"),
        ("java.net.ServerSocket", "use a TCP source instead"),
        ("com.jcraft.jsch", "use an SFTP source or destination instead"),
        ("org.apache.commons.net.ftp", "use an SFTP source or destination instead"),
        ("javax.mail", "use an SMTP destination instead"),
        ("java.sql", "use java.sql.DriverManager or DatabaseConnectionFactory with a database declared under access: databases"),
        ("javax.sql", "use DatabaseConnectionFactory with a database declared under access: databases"),
        ("com.mirth.connect.server.controllers", "it is inside of the other engine; ChannelUtil can start, stop and count channels"),
        ("com.mirth.connect.client", "it is the other engine's client; use the admin API of this host"),
        ("com.mirth.connect.donkey", "it is inside of the other engine; connectorMessage and message have what scripts need"),
        ("org.mozilla.javascript", "it is inside of the other engine"),
        ("java.util.Timer", "use a reader with a schedule instead"),
        ("java.util.concurrent.Executors", "a script runs on one thread"),
        ("java.awt", "there are no graphics here"),
        ("javax.imageio", "there are no graphics here"),
    ];

    /// <summary>Why a class is not there, and what to do instead.</summary>
    public static string Reason(string name)
    {
        foreach (var (prefix, advice) in Known)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return $"{name} is not available here: {advice}.";
            }
        }

        return $"{name} is not available here: the host has no Java libraries, only the classes that its documentation lists.";
    }
}
