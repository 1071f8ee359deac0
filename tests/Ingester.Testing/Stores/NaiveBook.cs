using System.Text.Json;
using Ingester.Reading.Books;
using Ingester.Testing.Storage;
using static Ingester.Testing.Stores.StoredText;

namespace Ingester.Testing.Stores;

/// <summary>Computes books by applying diffs one by one, without optimization, and compares them with those of the reader.</summary>
internal static class NaiveBook
{
    /// <summary>The levels of one side of a row.</summary>
    public static IEnumerable<(string Price, string Size)> Levels(string row, string side)
    {
        using var json = JsonDocument.Parse(row);
        return [.. json.RootElement.GetProperty(side).EnumerateArray().Select(level => (level[0].GetString()!, level[1].GetString()!))];
    }

    /// <summary>Compares a book of the reader with the stored rows and, if the reader reports it as proven, with the events that the exchange sent.</summary>
    /// <param name="answer">The book of the reader.</param>
    /// <param name="given">The store.</param>
    /// <param name="rows">The usable rows of the diffs; null for a stream without a sequence.</param>
    /// <param name="trusted">True when no row of the store is false.</param>
    public static void Check(BookResult answer, StoreCase given, IReadOnlyList<NaiveRow>? rows, bool trusted)
    {
        var at = answer.AtMicros;
        if (answer.Proof == BookProof.Unknown)
        {
            Assert.Empty(answer.Bids);
            if (trusted && rows is not null && answer.Snapshot is { UpTo: { } known } && IsAllThere(given, rows, known, at))
                Assert.Fail($"The book at {at} is said to be unknown ({answer.Reason}), and all of its changes are stored.");
            return;
        }

        var whole = Unpack(given.Store.Body(answer.Snapshot!.Key))!.TrimEnd('\n');
        Assert.Equal(Newest(given.Store, given.Market, at), answer.Snapshot.Micros);
        if (rows is not null)
            Assert.Equal(Book(whole, Until(rows.Where(row => row.Range!.Value.UpTo > answer.Snapshot.UpTo).Select(row => (row.Micros, row.Text)), at)), LevelsOf(answer));
        if (answer.Proof == BookProof.Proven && trusted && given.ReceivesAll)
            Assert.Equal(Book(whole, answer.Snapshot.UpTo is { } upTo
                ? Until(given.Truth.Where(sent => sent.UpTo > upTo).Select(sent => (sent.Micros, sent.Row)), at)
                : given.Truth.Where(sent => sent.Micros >= answer.Snapshot.Micros && sent.Micros <= at).Select(sent => sent.Row)), LevelsOf(answer));
    }

    /// <summary>True when every diff up to a moment is stored, and also every diff up to the next stored one: a missing diff before that one may be earlier than the moment.</summary>
    private static bool IsAllThere(StoreCase given, IReadOnlyList<NaiveRow> rows, long upTo, long at)
    {
        var there = rows.Select(row => row.Text).ToHashSet(StringComparer.Ordinal);
        var next = rows.FirstOrDefault(row => row.Range!.Value.After >= upTo && row.Micros > at)?.Range!.Value.After ?? long.MinValue;
        return given.Truth.Where(sent => sent.UpTo > upTo && (sent.Micros <= at || sent.UpTo <= next)).All(sent => there.Contains(sent.Row));
    }

    private static IEnumerable<string> Until(IEnumerable<(long Micros, string Row)> diffs, long at) => diffs.TakeWhile(diff => diff.Micros <= at).Select(diff => diff.Row);

    /// <summary>The time of the latest readable snapshot up to a moment.</summary>
    private static long Newest(MemoryStore store, Market market, long at) => store.Keys
        .Where(key => key.StartsWith($"snapshots/exchange={market.Exchange}/pair={market.Pair}/", StringComparison.Ordinal))
        .Select(key => (Text: Unpack(store.Body(key)), store.Metadata(key).Sha256))
        .Where(one => one.Text is not null && (one.Sha256 ?? Hash(one.Text)) == Hash(one.Text))
        .Select(one => Micros(one.Text!)).Where(micros => micros <= at).Max();

    private static SortedDictionary<string, string> Book(string whole, IEnumerable<string> diffs)
    {
        var levels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in diffs.Prepend(whole))
            foreach (var (price, size) in Levels(row, "bids"))
                levels[price] = size;
        return levels;
    }

    private static SortedDictionary<string, string> LevelsOf(BookResult answer) =>
        new(answer.Bids.ToDictionary(level => level.Price.ToString()!, level => level.Size.ToString()!), StringComparer.Ordinal);

    private static long Micros(string row)
    {
        using var json = JsonDocument.Parse(row);
        return json.RootElement.GetProperty("ts").GetInt64();
    }
}
