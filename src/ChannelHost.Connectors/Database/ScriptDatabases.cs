namespace ChannelHost.Connectors.Database;

/// <summary>Opens declared databases for scripts. Servers' connections come from their drivers' pools.</summary>
/// <param name="time">The clock.</param>
public sealed class ScriptDatabases(TimeProvider? time = null) : IScriptDatabases
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc/>
    public IScriptDatabase Open(ScriptAccess access, string address, string? user, string? password, TimeSpan timeout) =>
        Open(access, address, user, password, timeout, CancellationToken.None);

    /// <inheritdoc/>
    public IScriptDatabase Open(ScriptAccess access, string address, string? user, string? password, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var target = DeclaredDatabases.Find(access, address, user, password, timeout);
        var session = ScriptDatabase.Wait(DatabaseSession.OpenAsync(target, _time, cancellationToken));
        return new ScriptDatabase(session, target.Driver, JdbcAddress.Shown(address));
    }
}
