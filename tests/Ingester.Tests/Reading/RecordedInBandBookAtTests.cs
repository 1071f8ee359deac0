using System.Globalization;
using System.Text.Json;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading;
using Ingester.Reading.Books;
using Ingester.Storage.Stores;
using Ingester.Testing;
using Ingester.Tests.Program.Importing;

namespace Ingester.Tests.Reading;

/// <summary>
/// Books of exchanges that send them in band, found in the store of a recording, equal those that a plain reading of the raw frames gives, at random
/// moments. The reading below shares nothing with the program but the text of the frames.
/// </summary>
public sealed class RecordedInBandBookAtTests
{
    private const int Moments = 40;

    [Theory]
    [InlineData("coinbase", "20210417T164337Z-cf-7mkts", 7)]
    [InlineData("kraken", "20230730T152958Z-pk-v2-book-part1", 1)]
    public async Task Reconstructed_books_equal_the_raw_frames_of_their_connection(string exchange, string name, int markets)
    {
        Assert.SkipUnless(Corpus.TryFind(out _), Corpus.Absent);
        using var rig = new ImportRig();
        var recording = Corpus.Recordings(exchange).Single(known => known.Name == name);
        await rig.ImportAsync(exchange, [recording.Path]);
        using var archive = new MarketArchive(new DirectoryStore(Path.Combine(rig.Root, "a"), TimeProvider.System), "");
        var frames = recording.Frames().Select(frame => JsonDocument.Parse(frame).RootElement).ToList();
        var plain = exchange == "kraken" ? frames.SelectMany(Kraken).ToList() : [.. frames.SelectMany(Coinbase)];
        var random = new Random(name.Length);
        var symbols = plain.Select(snapshot => snapshot.Symbol).Distinct().ToList();
        Assert.Equal(markets, symbols.Count);
        foreach (var symbol in symbols)
        {
            var market = ExchangeCatalog.Find(exchange)!.Profile.Symbols.ToMarket(symbol).Name;
            var begins = plain.FindIndex(snapshot => snapshot.Symbol == symbol && snapshot.Micros is null);
            var times = plain.Skip(begins).Where(snapshot => snapshot.Symbol == symbol).Select(snapshot => snapshot.Micros).OfType<long>().ToList();
            var (first, last) = (times[0], times.Max()); // the whole book tells no time: the first change does
            foreach (var at in Enumerable.Range(0, Moments).Select(_ => random.NextInt64(first, last + 1)).Append(first).Append(last))
            {
                var answer = await archive.GetBookAsync(exchange, market, Micros.ToDateTime(at));
                Assert.NotEqual(BookProof.Unknown, answer.Proof);
                Assert.Equal(Text(plain.Skip(begins).Where(snapshot => snapshot.Symbol == symbol && (snapshot.Micros ?? at) <= at)), Text(answer));
                Assert.False(answer.IsCrossed);
            }
        }
    }

    private static IEnumerable<SnapshotFrame> Kraken(JsonElement frame)
    {
        if (frame.TryGetProperty("channel", out var channel) && channel.GetString() == "book")
            foreach (var data in frame.GetProperty("data").EnumerateArray())
                yield return new(
                    data.GetProperty("symbol").GetString()!,
                    frame.GetProperty("type").GetString() == "snapshot" ? null : Time(data.GetProperty("timestamp")),
                    [.. data.GetProperty("bids").EnumerateArray().Select(Level)],
                    [.. data.GetProperty("asks").EnumerateArray().Select(Level)]);

        static (string, string) Level(JsonElement level) => (level.GetProperty("price").GetRawText(), level.GetProperty("qty").GetRawText());
    }

    private static IEnumerable<SnapshotFrame> Coinbase(JsonElement frame)
    {
        var type = frame.GetProperty("type").GetString();
        if (type == "snapshot")
            yield return new(
                frame.GetProperty("product_id").GetString()!, null,
                [.. frame.GetProperty("bids").EnumerateArray().Select(level => (level[0].GetString()!, level[1].GetString()!))],
                [.. frame.GetProperty("asks").EnumerateArray().Select(level => (level[0].GetString()!, level[1].GetString()!))]);
        else if (type == "l2update")
            yield return new(
                frame.GetProperty("product_id").GetString()!, Time(frame.GetProperty("time")),
                [.. Side(frame, "buy")],
                [.. Side(frame, "sell")]);

        static IEnumerable<(string, string)> Side(JsonElement frame, string side) =>
            from diff in frame.GetProperty("changes").EnumerateArray()
            where diff[0].GetString() == side
            select (diff[1].GetString()!, diff[2].GetString()!);
    }

    private static long Time(JsonElement text) =>
        DateTimeOffset.Parse(text.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).Ticks / 10 - DateTimeOffset.UnixEpoch.Ticks / 10;

    /// <summary>The book after a whole one and changes to it; it stays as deep as the whole one was where that was cut (Kraken).</summary>
    private static string Text(IEnumerable<SnapshotFrame> snapshots)
    {
        var bids = new SortedDictionary<decimal, string>(Comparer<decimal>.Create((one, other) => other.CompareTo(one)));
        var asks = new SortedDictionary<decimal, string>();
        var depth = int.MaxValue;
        foreach (var (symbol, micros, newBids, newAsks) in snapshots)
        {
            if (micros is null)
                depth = symbol.Contains('/', StringComparison.Ordinal) ? Math.Max(newBids.Count, newAsks.Count) : int.MaxValue;
            Set(bids, newBids, depth);
            Set(asks, newAsks, depth);
        }

        return $"{string.Join(' ', bids.Values)} | {string.Join(' ', asks.Values)}";
    }

    private static string Text(BookResult answer) =>
        $"{string.Join(' ', answer.Bids.Select(l => $"{l.Price}x{l.Size}"))} | {string.Join(' ', answer.Asks.Select(l => $"{l.Price}x{l.Size}"))}";

    private static void Set(SortedDictionary<decimal, string> side, IEnumerable<(string Price, string Size)> levels, int depth)
    {
        foreach (var (price, size) in levels)
        {
            var number = decimal.Parse(price, CultureInfo.InvariantCulture);
            if (decimal.Parse(size, NumberStyles.Float, CultureInfo.InvariantCulture) == 0)
                side.Remove(number);
            else
                side[number] = $"{price}x{size}";
        }

        while (side.Count > depth)
            side.Remove(side.Keys.Last());
    }

    /// <summary>A whole book, which has no time of its own, or a change.</summary>
    private sealed record SnapshotFrame(string Symbol, long? Micros, IReadOnlyList<(string Price, string Size)> Bids, IReadOnlyList<(string Price, string Size)> Asks);
}
