using System.Globalization;
using System.Text.Json;
using Ingester.Reading.Books;
using Ingester.Simulator.Truth;

namespace Ingester.Integration.Tests.Reading;

/// <summary>The book that a simulated exchange had at any moment: what it began with and every change since, sent or not.</summary>
internal sealed class TrueBook
{
    private readonly SortedDictionary<decimal, string> bids = new(Comparer<decimal>.Create((one, other) => other.CompareTo(one)));
    private readonly SortedDictionary<decimal, string> asks = [];
    private readonly IReadOnlyList<TruthRow> diffs;
    private int next;

    /// <summary>Begins with a book.</summary>
    public TrueBook((IReadOnlyList<(string Price, string Size)> Bids, IReadOnlyList<(string Price, string Size)> Asks) begin, IReadOnlyList<TruthRow> diffs)
    {
        this.diffs = diffs;
        foreach (var (price, size) in begin.Bids)
            Set(bids, price, size);
        foreach (var (price, size) in begin.Asks)
            Set(asks, price, size);
    }

    /// <summary>The book at a moment; moments must come in order.</summary>
    public string At(long micros)
    {
        for (; next < diffs.Count && diffs[next].Micros <= micros; next++)
        {
            var row = JsonDocument.Parse(diffs[next].Row).RootElement;
            foreach (var level in row.GetProperty("bids").EnumerateArray())
                Set(bids, level[0].GetString()!, level[1].GetString()!);
            foreach (var level in row.GetProperty("asks").EnumerateArray())
                Set(asks, level[0].GetString()!, level[1].GetString()!);
        }

        return $"{string.Join(' ', bids.Values)} | {string.Join(' ', asks.Values)}";
    }

    /// <summary>An answer in the same words.</summary>
    public static string Text(BookResult answer) =>
        $"{string.Join(' ', answer.Bids.Select(level => $"{level.Price}x{level.Size}"))} | {string.Join(' ', answer.Asks.Select(level => $"{level.Price}x{level.Size}"))}";

    private static void Set(SortedDictionary<decimal, string> side, string price, string size)
    {
        var (key, amount) = (decimal.Parse(price, CultureInfo.InvariantCulture), decimal.Parse(size, CultureInfo.InvariantCulture));
        if (amount == 0)
            side.Remove(key);
        else
            side[key] = $"{price}x{size}";
    }
}
