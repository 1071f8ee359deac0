using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Rows;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading;
using Ingester.Reading.Books;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Testing;
using Ingester.Tests.Program.Importing;

namespace Ingester.Tests.Reading;

/// <summary>Books that are found in the store equal those that a plain reading of the raw frames gives, at random moments of real recordings.</summary>
public sealed class RecordedBookAtTests
{
    private const int Moments = 12;

    [Theory]
    [InlineData("binance", "20210405T183323Z-cf-10mkts")]
    [InlineData("binance", "20240808T235413Z-hb-btcusdt")]
    [InlineData("binance-us", "20211012T002434Z-cf-4mkts")]
    [InlineData("binance-futures", "20210722T222541Z-cf-4mkts")]
    [InlineData("binance-futures", "20240718T235700Z-hb-btcusdt")]
    public async Task Reconstructed_books_equal_the_raw_frames_and_the_fetched_snapshots(string exchange, string name)
    {
        Assert.SkipUnless(Corpus.TryFind(out var root), Corpus.Absent);
        using var rig = new ImportRig();
        var recording = Corpus.Recordings(exchange).Single(known => known.Name == name);
        await rig.ImportAsync(exchange, [recording.Path]);
        var store = new DirectoryStore(Path.Combine(rig.Root, "a"), TimeProvider.System);
        using var archive = new MarketArchive(store, "");
        var random = new Random(name.Length);
        var rest = Path.Combine(root, exchange, name + ".rest.tsv");
        foreach (var (symbol, body) in Fetched(File.Exists(rest) ? rest : rest + ".gz"))
        {
            var market = ExchangeCatalog.Find(exchange)!.Profile.Symbols.ToMarket(symbol).Name;
            var plain = new PlainBook(body, futures: exchange == "binance-futures");
            plain.Read(recording, symbol);
            await StoreAsync(store, new(Dataset.Depth, exchange, market), body, plain);
            for (var i = 0; i < Moments; i++)
            {
                var at = plain.First + random.NextInt64(Math.Max(1, plain.Last - plain.First));
                var answer = await archive.GetBookAsync(exchange, market, Micros.ToDateTime(at));
                Assert.NotEqual(BookProof.Unknown, answer.Proof);
                Assert.Equal(plain.At(at), Text(answer));
                Assert.False(answer.IsCrossed);
            }
        }
    }

    private static string Text(BookResult answer) =>
        $"{string.Join(' ', answer.Bids.Select(l => $"{l.Price}x{l.Size}"))} | {string.Join(' ', answer.Asks.Select(l => $"{l.Price}x{l.Size}"))}";

    private static async Task StoreAsync(DirectoryStore store, StreamId stream, JsonElement body, PlainBook plain)
    {
        using var rows = new RowBuffer();
        var (bids, asks) = (Encoding.UTF8.GetBytes(body.GetProperty("bids").GetRawText()), Encoding.UTF8.GetBytes(body.GetProperty("asks").GetRawText()));
        RowWriter.WriteSnapshot(rows, new() { Bids = bids, Asks = asks, SnapshotLevels = 1000, Range = new(plain.UpTo, plain.UpTo) }, plain.First, "start"u8);
        using var packed = RowCompression.Compress(rows, 3);
        var book = new SealedSnapshot { Stream = stream, Micros = plain.First, LastId = plain.UpTo, Rows = rows };
        await store.PutAsync(ObjectKey.Snapshot("", book, "a"), packed, new(RowCompression.Hash(rows), 1, "1"), CancellationToken.None);
    }

    private static IEnumerable<(string Symbol, JsonElement Body)> Fetched(string rest)
    {
        foreach (var line in Corpus.Lines(rest))
            if (line.Split('\t', 3) is [_, var url, var body] && url.Contains("depth", StringComparison.Ordinal))
                yield return (
                    Uri.TryCreate(url, UriKind.Absolute, out var address) ? System.Web.HttpUtility.ParseQueryString(address.Query)["symbol"]! : "BTCUSDT",
                    JsonDocument.Parse(body).RootElement);
    }

    /// <summary>A book kept in the plainest way, by nothing but JSON and the exchange's rule.</summary>
    private sealed class PlainBook(JsonElement body, bool futures)
    {
        private readonly List<(long Micros, JsonElement Change)> diffs = [];

        public long UpTo { get; } = body.GetProperty("lastUpdateId").GetInt64();

        public long First => diffs[0].Micros;

        public long Last => diffs[^1].Micros;

        public void Read(RecordedSession recording, string symbol)
        {
            (long Micros, JsonElement Change)? before = null;
            foreach (var frame in recording.Frames())
            {
                var root = JsonDocument.Parse(frame).RootElement;
                if (!root.TryGetProperty("data", out var data) || !data.TryGetProperty("e", out var kind) || kind.GetString() != "depthUpdate"
                    || data.GetProperty("s").GetString() != symbol)
                    continue;
                var diff = (data.GetProperty("E").GetInt64() * 1000, data);
                if (futures && data.TryGetProperty("T", out var time))
                    diff.Item1 = time.GetInt64() * 1000;
                var upTo = data.GetProperty("u").GetInt64();
                if (futures ? upTo >= UpTo : upTo > UpTo)
                    diffs.Add(diff);
                else
                    before = diff;
            }

            if (diffs.Count == 0)
                diffs.Add(before!.Value with { Change = default }); // a quiet market: the book is newer than its last change
        }

        public string At(long micros)
        {
            var bids = new SortedDictionary<decimal, string>(Comparer<decimal>.Create((one, other) => other.CompareTo(one)));
            var asks = new SortedDictionary<decimal, string>();
            Set(bids, body.GetProperty("bids"));
            Set(asks, body.GetProperty("asks"));
            foreach (var (time, diff) in diffs)
            {
                if (time > micros)
                    break;
                if (diff.ValueKind == JsonValueKind.Undefined)
                    continue;
                Set(bids, diff.GetProperty("b"));
                Set(asks, diff.GetProperty("a"));
            }

            return $"{string.Join(' ', bids.Values)} | {string.Join(' ', asks.Values)}";
        }

        private static void Set(SortedDictionary<decimal, string> side, JsonElement levels)
        {
            foreach (var level in levels.EnumerateArray())
            {
                var (price, size) = (level[0].GetString()!, level[1].GetString()!);
                var number = decimal.Parse(price, CultureInfo.InvariantCulture);
                if (decimal.Parse(size, CultureInfo.InvariantCulture) == 0)
                    side.Remove(number);
                else
                    side[number] = $"{price}x{size}";
            }
        }
    }
}
