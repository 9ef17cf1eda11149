using System.Collections.Frozen;
using SQLitePCL;

namespace ChannelHost.Connectors.Database.Drivers;

/// <summary>
/// What a statement may do besides reading and writing its own file. SQLite asks while it prepares a statement. Some pragmas are the process's and not the
/// connection's (<c>hard_heap_limit</c>, <c>temp_store_directory</c>): they would reach the stores of every channel, so only those that are known to be harmless pass.
/// </summary>
internal static class SqliteAllowance
{
    private static readonly strdelegate_authorizer Asked = static (_, action, first, second, _, _) => action switch
    {
        raw.SQLITE_ATTACH or raw.SQLITE_DETACH => raw.SQLITE_DENY,
        raw.SQLITE_PRAGMA when !IsHarmless(first, second) => raw.SQLITE_DENY,
        _ => raw.SQLITE_OK,
    };

    // With or without a value: they tell about the file, or change nothing but the file and this connection.
    private static readonly FrozenSet<string> Allowed = new[]
    {
        "application_id", "case_sensitive_like", "collation_list", "compile_options", "data_version", "database_list", "defer_foreign_keys", "encoding", "foreign_key_check",
        "foreign_key_list", "foreign_keys", "freelist_count", "function_list", "incremental_vacuum", "index_info", "index_list", "index_xinfo", "integrity_check", "journal_mode",
        "module_list", "optimize", "page_count", "pragma_list", "quick_check", "read_uncommitted", "recursive_triggers", "synchronous", "table_info", "table_list", "table_xinfo",
        "user_version", "wal_checkpoint",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // Only to look at: a value would take memory, or change how long others wait.
    private static readonly FrozenSet<string> Readable = new[]
    {
        "auto_vacuum", "busy_timeout", "cache_size", "journal_size_limit", "locking_mode", "max_page_count", "page_size", "query_only", "schema_version", "secure_delete", "temp_store",
        "wal_autocheckpoint",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>From now on the connection's statements are asked about.</summary>
    public static void Install(sqlite3 connection) => raw.sqlite3_set_authorizer(connection, Asked, null);

    private static bool IsHarmless(string pragma, string? value) => Allowed.Contains(pragma) || (value is null && Readable.Contains(pragma));
}
