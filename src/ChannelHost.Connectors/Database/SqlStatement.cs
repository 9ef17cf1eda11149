using System.Globalization;
using System.Text;

namespace ChannelHost.Connectors.Database;

/// <summary>A statement whose places for values have the names that drivers know: <c>@ch_1</c>, <c>@ch_2</c> and so on. A value never becomes part of the text.</summary>
/// <param name="Text">The statement.</param>
/// <param name="Places">Which markers of the original text are places for values, from 0; those in comments are not.</param>
/// <param name="Quoted">Which markers stand in quotes, from 0.</param>
/// <param name="IsSeveral">True when it is more than one statement.</param>
internal sealed record SqlStatement(string Text, IReadOnlyList<int> Places, IReadOnlyList<int> Quoted, bool IsSeveral)
{
    /// <summary>The marker of scripts: JDBC's.</summary>
    public const char QuestionMark = '?';

    /// <summary>A statement as it stands, without values.</summary>
    public static SqlStatement Plain(string sql, SqlDialect dialect) => Read(sql, null, dialect);

    /// <summary>Reads a statement in which a marker stands for each value.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="marker">The marker; null for none.</param>
    /// <param name="dialect">What decides where strings and comments end.</param>
    public static SqlStatement Read(string sql, char? marker, SqlDialect dialect)
    {
        var text = new StringBuilder(sql.Length + 32);
        var places = new List<int>();
        var quoted = new List<int>();
        var (seen, hasEnded, isSeveral) = (0, false, false);
        var scanner = new SqlScanner(sql, dialect);
        while (scanner.TryRead(out var part, out var piece))
        {
            if (part == SqlPart.Plain && piece[0] == marker)
            {
                if (IsOperator(text, marker, dialect, ref scanner))
                {
                    continue;
                }

                places.Add(seen++);
                text.Append(CultureInfo.InvariantCulture, $"@ch_{places.Count}");
                isSeveral |= hasEnded;
                continue;
            }

            if (part != SqlPart.Plain && marker is { } sign && sign != QuestionMark)
            {
                piece = WithoutMarkers(piece, sign, ref seen, part == SqlPart.Quoted ? quoted : null);
            }

            isSeveral |= hasEnded && part != SqlPart.Comment && !piece.IsWhiteSpace();
            hasEnded |= part == SqlPart.Plain && piece[0] == ';';
            text.Append(piece);
        }

        return new SqlStatement(text.ToString(), places, quoted, isSeveral);
    }

    /// <summary>The name of a place for a value, from 0.</summary>
    public static string NameOf(int place) => string.Create(CultureInfo.InvariantCulture, $"ch_{place + 1}");

    /// <summary>PostgreSQL's drivers write an operator's question mark twice.</summary>
    private static bool IsOperator(StringBuilder text, char? marker, SqlDialect dialect, ref SqlScanner scanner)
    {
        if (marker != QuestionMark || (dialect & SqlDialect.PostgreSql) == 0 || !scanner.TrySkip(QuestionMark))
        {
            return false;
        }

        text.Append(QuestionMark);
        return true;
    }

    private static string WithoutMarkers(ReadOnlySpan<char> piece, char marker, ref int seen, List<int>? quoted)
    {
        var count = piece.Count(marker);
        for (var i = 0; i < count; i++)
        {
            quoted?.Add(seen);
            seen++;
        }

        return piece.ToString().Replace(marker, ' ');
    }
}
