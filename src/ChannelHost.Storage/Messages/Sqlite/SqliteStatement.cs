using System.Buffers;
using System.Text;

namespace ChannelHost.Storage.Messages.Sqlite;

/// <summary>A prepared statement: bind, step, reset. Bindings stay until they are bound anew, so every use binds all of them.</summary>
internal sealed unsafe class SqliteStatement : IDisposable
{
    private const int StackText = 512;
    private readonly SqliteDatabase _database;
    private nint _handle;

    internal SqliteStatement(SqliteDatabase database, nint handle)
    {
        _database = database;
        _handle = handle;
    }

    internal SqliteStatement Bind(int index, long value)
    {
        _database.Check(NativeSqlite.BindInteger(_handle, index, value));
        return this;
    }

    internal SqliteStatement BindNull(int index)
    {
        _database.Check(NativeSqlite.BindNull(_handle, index));
        return this;
    }

    internal SqliteStatement Bind(int index, ReadOnlySpan<byte> blob)
    {
        fixed (byte* start = blob)
        {
            // A null pointer would store NULL; an empty value is a value.
            byte none = 0;
            _database.Check(NativeSqlite.BindBlob(_handle, index, start is null ? &none : start, blob.Length, NativeSqlite.Transient));
        }

        return this;
    }

    /// <summary>Binds text as UTF-8 (lone surrogates become U+FFFD) and adds those bytes to a row's check.</summary>
    internal SqliteStatement Bind(int index, string? text, ref RowCheck check)
    {
        if (text is null)
        {
            check.AddNull();
            return BindNull(index);
        }

        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = most > StackText ? ArrayPool<byte>.Shared.Rent(most) : null;
        var buffer = rented ?? stackalloc byte[StackText];
        var bytes = buffer[..Encoding.UTF8.GetBytes(text, buffer)];
        check.Add(bytes);
        BindUtf8(index, bytes);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return this;
    }

    internal SqliteStatement Bind(int index, string? text)
    {
        var unused = new RowCheck();
        return Bind(index, text, ref unused);
    }

    internal SqliteStatement BindUtf8(int index, ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
        {
            byte none = 0;
            _database.Check(NativeSqlite.BindText(_handle, index, start is null ? &none : start, text.Length, NativeSqlite.Transient));
        }

        return this;
    }

    /// <summary>True on a row, false at the end, when the statement is reset as well.</summary>
    internal bool Step()
    {
        var code = NativeSqlite.Step(_handle);
        if (code == NativeSqlite.Row)
        {
            return true;
        }

        var failure = code == NativeSqlite.Done ? null : _database.FailureFor(code);
        _ = NativeSqlite.Reset(_handle);
        return failure is null ? false : throw failure;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    internal void Run()
    {
        while (Step())
        {
            // Only statements without rows are run this way.
        }
    }

    internal void Reset() => _ = NativeSqlite.Reset(_handle);

    internal bool IsNull(int column) => NativeSqlite.ColumnType(_handle, column) == NativeSqlite.Null;

    internal bool IsBlob(int column) => NativeSqlite.ColumnType(_handle, column) == NativeSqlite.Blob;

    internal long Integer(int column) => NativeSqlite.ColumnInteger(_handle, column);

    /// <summary>The bytes of a column, valid until the next step.</summary>
    internal ReadOnlySpan<byte> Bytes(int column)
    {
        var start = NativeSqlite.ColumnBlob(_handle, column);
        return new ReadOnlySpan<byte>(start, NativeSqlite.ColumnBytes(_handle, column));
    }

    internal string? Text(int column) => IsNull(column) ? null : Encoding.UTF8.GetString(Bytes(column));

    /// <inheritdoc/>
    public void Dispose()
    {
        var handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
        {
            _ = NativeSqlite.Finalize(handle);
            _database.Forget(this);
        }
    }
}
