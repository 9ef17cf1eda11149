namespace ChannelHost.DataTypes.Comparing;

/// <summary>
/// Finds which items of two lists belong together, so that one that was added or left out does not make all later ones different. The cheapest way of turning
/// one list into the other; lists so long that this would take too much are paired in order behind what they begin with in common.
/// </summary>
internal static class Alignment
{
    private const long MostCells = 1_000_000;
    private const float Alone = 0.6f;

    /// <summary>The pairs in order; -1 stands for nothing.</summary>
    /// <param name="expected">How many items were wanted.</param>
    /// <param name="actual">How many came.</param>
    /// <param name="cost">How different two items are: 0 the same, 1 nothing in common; above 1 they never belong together.</param>
    public static IEnumerable<(int Expected, int Actual)> Of(int expected, int actual, Func<int, int, float> cost)
    {
        var begin = 0;
        while (begin < expected && begin < actual && cost(begin, begin) == 0)
        {
            begin++;
        }

        var end = 0;
        while (end < expected - begin && end < actual - begin && cost(expected - end - 1, actual - end - 1) == 0)
        {
            end++;
        }

        var pairs = Enumerable.Range(0, begin).Select(i => (i, i));
        var middle = (long)(expected - begin - end) * (actual - begin - end) <= MostCells
            ? Cheapest(begin, expected - end, actual - end, cost)
            : InOrder(begin, expected - end, actual - end, cost);
        return pairs.Concat(middle).Concat(Enumerable.Range(0, end).Select(i => (expected - end + i, actual - end + i)));
    }

    private static List<(int Expected, int Actual)> Cheapest(int begin, int expectedEnd, int actualEnd, Func<int, int, float> cost)
    {
        int rows = expectedEnd - begin, columns = actualEnd - begin;
        var pair = new float[rows, columns];
        var total = new float[rows + 1, columns + 1];
        for (var i = rows; i >= 0; i--)
        {
            for (var j = columns; j >= 0; j--)
            {
                if (i == rows || j == columns)
                {
                    total[i, j] = (rows - i + columns - j) * Alone;
                    continue;
                }

                pair[i, j] = cost(begin + i, begin + j);
                var together = pair[i, j] > 1 ? float.MaxValue : pair[i, j] + total[i + 1, j + 1];
                total[i, j] = Math.Min(together, Alone + Math.Min(total[i + 1, j], total[i, j + 1]));
            }
        }

        var pairs = new List<(int, int)>();
        for (int i = 0, j = 0; i < rows || j < columns;)
        {
            if (i < rows && j < columns && pair[i, j] <= 1 && total[i, j] == pair[i, j] + total[i + 1, j + 1])
            {
                pairs.Add((begin + i++, begin + j++));
            }
            else if (i < rows && (j == columns || total[i, j] == Alone + total[i + 1, j]))
            {
                pairs.Add((begin + i++, -1));
            }
            else
            {
                pairs.Add((-1, begin + j++));
            }
        }

        return pairs;
    }

    private static IEnumerable<(int Expected, int Actual)> InOrder(int begin, int expectedEnd, int actualEnd, Func<int, int, float> cost)
    {
        for (var i = begin; i < Math.Max(expectedEnd, actualEnd); i++)
        {
            if (i < expectedEnd && i < actualEnd && cost(i, i) <= 1)
            {
                yield return (i, i);
                continue;
            }

            if (i < expectedEnd)
            {
                yield return (i, -1);
            }

            if (i < actualEnd)
            {
                yield return (-1, i);
            }
        }
    }
}
