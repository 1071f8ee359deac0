using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Storage.Stores;

namespace Ingester.Tests.Program.Importing;

/// <summary>An imported recording, read back by the readers of the archive, in the form of <c>corpus-counts.json</c>.</summary>
internal sealed class StoredRecording
{
    private const int Best = 20;

    private readonly string exchange;
    private readonly DirectoryStore store;
    private readonly ILookup<string, string> snapshots; // rows by market

    private StoredRecording(ImportRig rig, string exchange)
    {
        this.exchange = exchange;
        store = new(Path.Combine(rig.Root, "a"), TimeProvider.System);
        snapshots = rig.Objects().Where(stored => stored.Key.StartsWith("snapshots/", StringComparison.Ordinal))
            .ToLookup(stored => Uri.UnescapeDataString(stored.Key.Split('/')[2]["pair=".Length..]), stored => stored.Value.TrimEnd('\n'), StringComparer.Ordinal);
    }

    /// <summary>The streams with events.</summary>
    public List<StoredStream> Streams { get; } = [];

    /// <summary>Reads every stream.</summary>
    public static async Task<StoredRecording> ReadAsync(ImportRig rig, string exchange)
    {
        var read = new StoredRecording(rig, exchange);
        var segments = rig.Segments();
        var (from, to) = (segments.Min(segment => segment.Name.Window.StartMicros), segments.Max(segment => segment.Name.Window.EndMicros));
        using var archive = new MarketArchive(read.store, "");
        foreach (var stream in segments.GroupBy(segment => segment.Name.Stream))
        {
            var found = new StoredStream(stream.Key, stream.Sum(segment => segment.Rows.Count(letter => letter == '\n')));
            var arrivals = archive.OpenArrivals(stream.Key, Micros.ToDateTime(from), Micros.ToDateTime(to), []);
            await foreach (var next in archive.ReadEventsAsync(stream.Key, Micros.ToDateTime(from), Micros.ToDateTime(to)))
                if (next.Kind == MarketEventKind.Row)
                {
                    found.Rows.Add(Encoding.UTF8.GetString(next.Row.Span));
                    found.Arrivals.Add((await arrivals.FindAsync(next))?.Micros);
                }
                else
                {
                    found.Marks.Add(next.Kind);
                }

            Assert.Empty(arrivals.Unreadable);
            read.Streams.Add(found);
        }

        return read;
    }

    /// <summary>True when a diff of the market is stored.</summary>
    public bool HasDiffs(string market) => Diffs(market) is not null;

    /// <summary>The different snapshots of each market: their number, and the digest of their sorted digests.</summary>
    public IEnumerable<string> SnapshotDigests() =>
        from market in snapshots
        let digests = market.Select(row => Hash(string.Concat(DigitsOf(row)))).Distinct().Order(StringComparer.Ordinal).ToList()
        select $"{digests.Count} {Hash(string.Concat(digests))}";

    /// <summary>
    /// Number and digest of the best levels of a market's book after its last diff. Where no snapshot is on the stream, they are the levels that diffs have touched.
    /// </summary>
    public async Task<string> BestLevelsAsync(string market)
    {
        var levels = ExchangeCatalog.Find(exchange)!.Profile.Book.SnapshotEndpoint is null ? await ReconstructAsync(market) : ApplyDiffs(market);
        var lines = levels.Select(level => string.Create(CultureInfo.InvariantCulture, $"{level.Side}|{Plain(level.Price)}|{Plain(level.Size)}\n")).ToList();
        return $"{lines.Count} {Hash(string.Concat(lines))}";
    }

    /// <summary>The digits of a row, a line for each trade or level.</summary>
    internal static IEnumerable<string> DigitsOf(string text)
    {
        using var json = JsonDocument.Parse(text);
        var row = json.RootElement;
        return row.TryGetProperty("price", out var price)
            ? [$"{row.GetProperty("side")}|{price}|{row.GetProperty("size")}\n"]
            : [.. LevelsOf(row).Select(level => $"{level.Side}|{level.Price}|{level.Size}\n")];
    }

    /// <summary>The SHA-256 of a text.</summary>
    internal static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private StoredStream? Diffs(string market) => Streams.Find(stream => stream.Id.Dataset == Dataset.Depth && stream.Id.Market == market);

    private async Task<IEnumerable<(string Side, string Price, string Size)>> ReconstructAsync(string market)
    {
        using var archive = new MarketArchive(store, "");
        var last = snapshots[market].Concat(Diffs(market)?.Rows ?? []).Max(TimeOf);
        var book = await archive.GetBookAsync(exchange, market, Micros.ToDateTime(last));
        return book.Bids.Take(Best).Select(level => ("bid", $"{level.Price}", $"{level.Size}")).Concat(book.Asks.Take(Best).Select(level => ("ask", $"{level.Price}", $"{level.Size}")));
    }

    private IEnumerable<(string Side, string Price, string Size)> ApplyDiffs(string market)
    {
        var book = new Dictionary<(string Side, decimal Price), string>();
        foreach (var diff in Diffs(market)!.Rows)
        {
            using var json = JsonDocument.Parse(diff);
            foreach (var (side, price, size) in LevelsOf(json.RootElement))
                if (Value(size) == 0)
                    book.Remove((side, Value(price)));
                else
                    book[(side, Value(price))] = size;
        }

        return Side("bid").OrderByDescending(level => level.Key.Price).Take(Best).Concat(Side("ask").OrderBy(level => level.Key.Price).Take(Best))
            .Select(level => (level.Key.Side, level.Key.Price.ToString(CultureInfo.InvariantCulture), level.Value));

        IEnumerable<KeyValuePair<(string Side, decimal Price), string>> Side(string side) => book.Where(level => level.Key.Side == side);
    }

    private static IEnumerable<(string Side, string Price, string Size)> LevelsOf(JsonElement row)
    {
        foreach (var (side, name) in new[] { ("bid", "bids"), ("ask", "asks") })
            foreach (var level in row.GetProperty(name).EnumerateArray())
                yield return (side, level[0].GetString()!, level[1].GetString()!);
    }

    private static long TimeOf(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("ts").GetInt64();
    }

    private static decimal Value(string digits) => decimal.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The digits without trailing zeros and exponents.</summary>
    private static decimal Plain(string digits) => Value(digits) / 1.000000000000000000000000000000000m;
}
