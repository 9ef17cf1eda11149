using System.Globalization;
using ChannelHost.Connectors.Database.Drivers;

namespace ChannelHost.Connectors.Database;

/// <summary>A database and how it is opened.</summary>
internal sealed record DatabaseTarget
{
    // What a password's place is taken by in messages; shorter ones occur in any text.
    private const int ShortestHidden = 3;

    /// <summary>The driver.</summary>
    public required IDatabaseDriver Driver { get; init; }

    /// <summary>In the driver's words; may hold a password.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>How errors call it: <c>the database ehr</c>.</summary>
    public required string Where { get; init; }

    /// <summary>The user in place of the connection string's; null for that.</summary>
    public string? User { get; init; }

    /// <summary>The password in place of the connection string's; null for that.</summary>
    public string? Password { get; init; }

    /// <summary>How long connecting may take.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>Whole seconds, as drivers want them: at least one, because zero means forever.</summary>
    public static int Seconds(TimeSpan time) => (int)Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, int.MaxValue / 1000);

    /// <summary>A time as text that every database reads; an instant keeps its distance to UTC.</summary>
    public static string TextOf(DateTime time) => time.Kind == DateTimeKind.Unspecified
        ? time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture)
        : time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.FFFFFFzzz", CultureInfo.InvariantCulture);

    /// <summary>A driver's message in which the password, should it ever stand there, is not to be read.</summary>
    public string Hide(string message)
    {
        var text = message;
        foreach (var secret in new[] { Password, Declared() })
        {
            if (secret is { Length: >= ShortestHidden })
            {
                text = text.Replace(secret, "***", StringComparison.Ordinal);
            }
        }

        return text;
    }

    /// <summary>Name only.</summary>
    public override string ToString() => Where;

    private string? Declared()
    {
        try
        {
            var settings = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = ConnectionString };
            return settings.TryGetValue("Password", out var password) || settings.TryGetValue("Pwd", out password) ? password as string : null;
        }
        catch (ArgumentException)
        {
            // What cannot be read as settings may be anything: nothing of it is in a message but what the driver chose to say.
            return ConnectionString;
        }
    }
}
