using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Ingester.Paper.Demo;

/// <summary>
/// A simulated market as a raw recording of Binance: every second one trade and one change of the book. The price rises and falls with some noise. Once a change of the book is
/// missing, and once some trades are; a new snapshot follows. The same recording every time.
/// </summary>
internal static class DemoRecording
{
    /// <summary>The exchange.</summary>
    public const string Exchange = "binance";

    /// <summary>The market.</summary>
    public const string Market = "BTC-USDT";

    /// <summary>The minutes before the first decision: the history.</summary>
    public const int HistoryMinutes = 120;

    /// <summary>The minutes in which is traded.</summary>
    public const int TradingMinutes = 120;

    private const string Symbol = "BTCUSDT";
    private const string Streams = $"[\"trades\",\"{Market}\",\"{Symbol}\"],[\"depth\",\"{Market}\",\"{Symbol}\"]";
    private const int CycleSeconds = 3_600;
    private const int Seconds = (HistoryMinutes + TradingMinutes) * 60;
    private const int LostFrom = (HistoryMinutes + 4) * 60 + 20; // the missing changes and trades
    private const int LostTo = LostFrom + 75;
    private const int SnapshotInterval = 30;
    private const string Process = "0800_demo_1795161600000000";
    private const long FirstId = 1_000_000;
    private const long ReceiveDelay = 40; // milliseconds

    /// <summary>The start of the recording.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    /// <summary>The first moment of trading.</summary>
    public static DateTimeOffset From => Start.AddMinutes(HistoryMinutes);

    /// <summary>The end.</summary>
    public static DateTimeOffset To => Start.AddSeconds(Seconds);

    /// <summary>Writes the files of the recording: messages and REST responses.</summary>
    public static void Write(string folder)
    {
        using var frames = Create(Path.Combine(folder, $"{Process}.ws.tsv.gz"));
        using var requests = Create(Path.Combine(folder, $"{Process}.rest.tsv.gz"));
        var random = new Random(1);
        var (mid, first) = (10_000m, Start.ToUnixTimeMilliseconds());
        var (bids, asks) = (new SortedDictionary<decimal, decimal>(), new SortedDictionary<decimal, decimal>());
        frames.WriteLine(Timed(first - 2_000, "1\to\twss://stream.binance.com:9443/stream"));
        frames.WriteLine(Timed(first - 2_000, $"1\ts\t{{\"lane\":1,\"streams\":[{Streams}],\"subscribed\":[{Streams}]}}"));
        for (var second = -1; second <= Seconds; second++)
        {
            var millis = first + second * 1_000L;
            mid = Math.Round(10_000m + 200m * (decimal)Math.Sin(2 * Math.PI * second / CycleSeconds) + (decimal)(random.NextDouble() - 0.5) * 4m, 1);
            var changed = Move(mid, bids, asks);
            if (second is < LostFrom or >= LostTo)
            {
                WriteTrade(frames, millis, second, random, bids.Keys.Max(), asks.Keys.Min());
                WriteChange(frames, millis, FirstId + second, changed);
            }

            if (second < 0 || second % SnapshotInterval == 0)
                WriteSnapshot(requests, millis, FirstId + second, bids, asks);
        }
    }

    private static StreamWriter Create(string path) => new(new GZipStream(File.Create(path), CompressionLevel.Fastest), new UTF8Encoding(false));

    /// <summary>Moves ten levels on each side; returns what has changed, with the size zero for what is gone.</summary>
    private static (List<(decimal Price, decimal Size)> Bids, List<(decimal Price, decimal Size)> Asks) Move(decimal mid, SortedDictionary<decimal, decimal> bids, SortedDictionary<decimal, decimal> asks) =>
        (Replace(bids, Enumerable.Range(1, 10).Select(level => mid - level * 0.5m)), Replace(asks, Enumerable.Range(1, 10).Select(level => mid + level * 0.5m)));

    private static List<(decimal Price, decimal Size)> Replace(SortedDictionary<decimal, decimal> side, IEnumerable<decimal> prices)
    {
        var next = prices.ToHashSet();
        var changed = side.Keys.Where(price => !next.Contains(price)).Select(static price => (price, 0m)).ToList();
        foreach (var (price, _) in changed)
            side.Remove(price);
        foreach (var price in next.Where(price => side.TryAdd(price, 0.5m)))
            changed.Add((price, 0.5m));
        return changed;
    }

    private static void WriteTrade(StreamWriter frames, long millis, int second, Random random, decimal bid, decimal ask)
    {
        var isSell = random.Next(2) == 0;
        frames.WriteLine(Timed(millis + ReceiveDelay, string.Create(CultureInfo.InvariantCulture,
            $"1\tt\t{{\"stream\":\"btcusdt@trade\",\"data\":{{\"e\":\"trade\",\"E\":{millis},\"s\":\"{Symbol}\",\"t\":{FirstId + second},\"p\":\"{(isSell ? bid : ask)}\",\"q\":\"{random.Next(1, 50) / 100m}\",\"T\":{millis},\"m\":{(isSell ? "true" : "false")},\"M\":true}}}}")));
    }

    private static void WriteChange(StreamWriter frames, long millis, long id, (List<(decimal Price, decimal Size)> Bids, List<(decimal Price, decimal Size)> Asks) changed) =>
        frames.WriteLine(Timed(millis + ReceiveDelay, string.Create(CultureInfo.InvariantCulture,
            $"1\tt\t{{\"stream\":\"btcusdt@depth@100ms\",\"data\":{{\"e\":\"depthUpdate\",\"E\":{millis},\"s\":\"{Symbol}\",\"U\":{id},\"u\":{id},\"b\":[{Levels(changed.Bids)}],\"a\":[{Levels(changed.Asks)}]}}}}")));

    private static void WriteSnapshot(StreamWriter requests, long millis, long id, SortedDictionary<decimal, decimal> bids, SortedDictionary<decimal, decimal> asks) =>
        requests.WriteLine(Timed(millis + ReceiveDelay, string.Create(CultureInfo.InvariantCulture,
            $"GET https://api.binance.com/api/v3/depth?symbol={Symbol}&limit=1000\t200\tt\t{{\"lastUpdateId\":{id},\"bids\":[{Levels(bids.Reverse().Select(static level => (level.Key, level.Value)))}],\"asks\":[{Levels(asks.Select(static level => (level.Key, level.Value)))}]}}")));

    /// <summary>A line: the time of its receipt in seconds with six decimals, and its columns.</summary>
    private static string Timed(long millis, string columns) => string.Create(CultureInfo.InvariantCulture, $"{millis / 1_000}.{millis % 1_000:000}000\t{columns}");

    private static string Levels(IEnumerable<(decimal Price, decimal Size)> levels) =>
        string.Join(',', levels.Select(static level => string.Create(CultureInfo.InvariantCulture, $"[\"{level.Price}\",\"{level.Size}\"]")));
}
