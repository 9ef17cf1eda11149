using System.Runtime.InteropServices;

namespace ChannelHost.Storage.Messages.Sqlite;

/// <summary>
/// The calls of SQLite's C interface that the store makes, straight into the library that Microsoft.Data.Sqlite brings along.
/// A message costs about thirty of them; ADO.NET's objects around each would cost more than the database itself.
/// </summary>
internal static unsafe partial class NativeSqlite
{
    private const string Library = "e_sqlite3";

    internal const int Ok = 0;
    internal const int Busy = 5;
    internal const int Interrupt = 9;
    internal const int IoError = 10;
    internal const int IoErrorOfSync = IoError | (4 << 8);
    internal const int Corrupt = 11;
    internal const int Full = 13;
    internal const int CannotOpen = 14;
    internal const int TooBig = 18;
    internal const int Constraint = 19;
    internal const int Misuse = 21;
    internal const int NotADatabase = 26;
    internal const int Row = 100;
    internal const int Done = 101;
    internal const int Blob = 4;
    internal const int Null = 5;

    internal const int Utf8 = 1;

    internal const int OpenReadOnly = 0x1;
    internal const int OpenReadWrite = 0x2;
    internal const int OpenCreate = 0x4;
    internal const int OpenNoMutex = 0x8000;
    internal const uint PreparePersistent = 1;
    internal const int CheckpointPassive = 0;
    internal const int CheckpointTruncate = 3;
    internal const int ConfigNoCheckpointOnClose = 1006;
    internal const int ControlFilePointer = 7;
    internal const int ControlJournalPointer = 28;

    // Tells SQLite to copy what is bound: the memory may move as soon as the call returns.
    internal static readonly nint Transient = -1;

    [LibraryImport(Library, EntryPoint = "sqlite3_open_v2", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, out nint database, int flags, nint vfs);

    [LibraryImport(Library, EntryPoint = "sqlite3_close")]
    internal static partial int Close(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_extended_result_codes")]
    internal static partial int ExtendedResultCodes(nint database, int on);

    [LibraryImport(Library, EntryPoint = "sqlite3_busy_timeout")]
    internal static partial int BusyTimeout(nint database, int milliseconds);

    [LibraryImport(Library, EntryPoint = "sqlite3_errmsg")]
    internal static partial byte* ErrorMessage(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_db_release_memory")]
    internal static partial int ReleaseMemory(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_interrupt")]
    internal static partial void InterruptNow(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_get_autocommit")]
    internal static partial int GetAutocommit(nint database);

    // Declared with variable arguments in C; on Linux, x64 and arm64 pass them as they pass these.
    [LibraryImport(Library, EntryPoint = "sqlite3_db_config")]
    internal static partial int Configure(nint database, int option, int value, nint result);

    [LibraryImport(Library, EntryPoint = "sqlite3_file_control")]
    internal static partial int Control(nint database, nint name, int operation, void* argument);

    [LibraryImport(Library, EntryPoint = "sqlite3_wal_hook")]
    internal static partial nint WalHook(nint database, delegate* unmanaged[Cdecl]<nint, nint, byte*, int, int> hook, nint argument);

    [LibraryImport(Library, EntryPoint = "sqlite3_wal_checkpoint_v2")]
    internal static partial int Checkpoint(nint database, nint name, int mode, out int logFrames, out int done);

    [LibraryImport(Library, EntryPoint = "sqlite3_prepare_v3")]
    internal static partial int Prepare(nint database, byte* sql, int length, uint flags, out nint statement, nint tail);

    [LibraryImport(Library, EntryPoint = "sqlite3_finalize")]
    internal static partial int Finalize(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    internal static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    internal static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    internal static partial int BindInteger(nint statement, int index, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    internal static partial int BindNull(nint statement, int index);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    internal static partial int BindBlob(nint statement, int index, byte* value, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    internal static partial int BindText(nint statement, int index, byte* value, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    internal static partial int ColumnType(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    internal static partial long ColumnInteger(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    internal static partial byte* ColumnBlob(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    internal static partial int ColumnBytes(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_create_function_v2")]
    internal static partial int CreateFunction(
        nint database, byte* name, int arguments, int encoding, nint userData, delegate* unmanaged[Cdecl]<nint, int, nint*, void> function, nint step, nint final, nint destroy);

    [LibraryImport(Library, EntryPoint = "sqlite3_user_data")]
    internal static partial nint UserData(nint context);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_type")]
    internal static partial int ValueType(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_int64")]
    internal static partial long ValueInteger(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_blob")]
    internal static partial byte* ValueBlob(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_bytes")]
    internal static partial int ValueBytes(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_result_blob")]
    internal static partial void ResultBlob(nint context, byte* value, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_result_null")]
    internal static partial void ResultNull(nint context);

    [LibraryImport(Library, EntryPoint = "sqlite3_result_value")]
    internal static partial void ResultValue(nint context, nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_backup_init", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint BackupBegin(nint target, string targetName, nint source, string sourceName);

    [LibraryImport(Library, EntryPoint = "sqlite3_backup_step")]
    internal static partial int BackupStep(nint backup, int pages);

    [LibraryImport(Library, EntryPoint = "sqlite3_backup_finish")]
    internal static partial int BackupEnd(nint backup);

    [LibraryImport(Library, EntryPoint = "sqlite3_changes")]
    internal static partial int Changes(nint database);
}
