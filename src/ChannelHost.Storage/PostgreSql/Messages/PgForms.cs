using ChannelHost.Storage.Encryption;

namespace ChannelHost.Storage.PostgreSql.Messages;

/// <summary>Tells in a statement which bytes are in another form than the present one: sealed with another key, or in the clear.</summary>
internal static class PgForms
{
    /// <summary>The key's id as a sealed piece holds it; empty where nothing is sealed.</summary>
    internal static byte[] KeyOf(ContentCodec codec) => codec.Seals ? Convert.FromHexString(codec.PresentForm) : [];

    /// <summary>A condition on a column that holds UTF-8, or a sealed piece, which begins as no UTF-8 does. False for NULL.</summary>
    internal static string Differs(string column, string key) => $"(coalesce({FormOf(column)} <> {key}, false))";

    /// <summary>The same for a column of any bytes; <paramref name="isSealed"/> says which of both it holds.</summary>
    internal static string Differs(string column, string isSealed, string key) =>
        $"(CASE WHEN {isSealed} THEN substring({column} FROM {SealedPiece.KeyIdAt + 1} FOR {SealedPiece.KeyIdLength}) ELSE ''::bytea END <> {key})";

    private static string FormOf(string column) =>
        $@"CASE WHEN substring({column} FROM 1 FOR 1) IN ('\x{SealedPiece.Whole:x2}'::bytea, '\x{SealedPiece.Compressed:x2}'::bytea) THEN substring({column} FROM {SealedPiece.KeyIdAt + 1} FOR {SealedPiece.KeyIdLength}) WHEN {column} IS NOT NULL THEN ''::bytea END";
}
