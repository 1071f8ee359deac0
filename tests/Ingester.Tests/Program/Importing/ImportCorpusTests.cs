using System.Globalization;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Recordings;
using Ingester.Exchanges;
using Ingester.Importing;
using Ingester.Reading.Merging;
using Ingester.Testing;
using Ingester.Tests.Exchanges;

namespace Ingester.Tests.Program.Importing;

/// <summary>
/// What is stored of the real recordings is what an independent reading of their frames counts (<c>corpus-counts.json</c>): every event once, its digits, and the
/// books that follow.
/// </summary>
public sealed class ImportCorpusTests
{
    private const long MaxArrivalDelay = 2 * 3_600_000_000L; // an exchange may send the last trade of yesterday at a subscription

    public static TheoryData<string> Recordings =>
        [.. from exchange in ImportRig.Exchanges from recording in Corpus.Recordings(exchange) select $"{exchange}/{recording.Name}"];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Recordings))]
    public async Task Recording_is_stored_row_by_row_and_digit_by_digit(string recording)
    {
        var exchange = recording.Split('/')[0];
        var file = Corpus.Recordings(exchange).Single(known => recording == $"{exchange}/{known.Name}").Path;
        using var rig = new ImportRig();
        var summary = await rig.ImportAsync(exchange, [file]);
        var expected = Counts(exchange).GetProperty(recording[(exchange.Length + 1)..]);
        Assert.Equal((expected.GetProperty("frames").GetInt64(), 0L), (summary.Frames, summary.Quarantined));
        Assert.All(summary.Streams, stream => Assert.Equal((0, 0), (stream.Gaps, stream.Duplicates)));
        Assert.Empty(rig.Rows(Dataset.Gaps));

        var read = await StoredRecording.ReadAsync(rig, exchange);
        Assert.All(read.Streams, stream => Assert.All(stream.Marks, mark => Assert.Contains(mark, new[] { MarketEventKind.Unproven, MarketEventKind.Missing })));
        Assert.All(read.Streams, stream => Assert.Equal(stream.StoredRows, stream.Rows.Count));
        Assert.Equal(Streams(expected, snapshots: false), read.Streams.Select(stream => stream.Digest()).Order());
        Assert.Equal(Streams(expected, snapshots: true), read.SnapshotDigests().Order());

        var times = ReceiveTimes(file);
        Assert.All(read.Streams.SelectMany(stream => stream.Rows.Zip(stream.Arrivals, (row, arrival) => (stream.Id, Row: row, Arrival: arrival))),
            found => Assert.True(found.Arrival is { } micros ? times.Contains(micros) : times.Count == 0 || TimeOf(found.Row) < times.Min() - MaxArrivalDelay, $"{found}"));

        var markets = await MarketResolver.ReadAsync(ExchangeCatalog.Find(exchange)!, null, new RecordingFile(file), CancellationToken.None);
        var books = expected.GetProperty("books").EnumerateObject().ToList();
        Assert.Equal(books.Count, read.Streams.Count(stream => stream.Id.Dataset == Dataset.Depth) + books.Count(book => !read.HasDiffs(markets.Resolve(book.Name).Name)));
        foreach (var book in books)
            Assert.Equal($"{book.Name} {book.Value.GetProperty("levels")} {book.Value.GetProperty("sha256")}", $"{book.Name} {await read.BestLevelsAsync(markets.Resolve(book.Name).Name)}");
    }

    [Fact]
    public async Task Recordings_that_continue_each_other_join_without_a_gap()
    {
        Assert.SkipUnless(Corpus.TryFind(out _), Corpus.Absent);
        using var rig = new ImportRig();
        var files = Corpus.Recordings("binance").Where(known => known.Name.Contains("-hb-", StringComparison.Ordinal)).Select(known => known.Path).ToList();
        var summary = await rig.ImportAsync("binance", files);
        Assert.All(summary.Streams, stream => Assert.Equal((0L, 10L), (stream.Gaps, stream.Whole)));
    }

    private static long TimeOf(string row)
    {
        using var json = JsonDocument.Parse(row);
        return json.RootElement.GetProperty("ts").GetInt64();
    }

    /// <summary>When the frames of a recording were received, microseconds UTC; empty if it does not say.</summary>
    private static HashSet<long> ReceiveTimes(string path) => path.Contains(".jsonl", StringComparison.Ordinal)
        ? []
        : [.. Corpus.Lines(path).Where(line => line.Length > 0).Select(line => (long)(decimal.Parse(line[..line.IndexOf('\t', StringComparison.Ordinal)], CultureInfo.InvariantCulture) * 1_000_000m))];

    /// <summary>The expected streams, by dataset, number of rows and digest. A snapshot that the exchange sent twice is one object.</summary>
    private static IEnumerable<string> Streams(JsonElement recording, bool snapshots) =>
        (from stream in recording.GetProperty("streams").EnumerateObject()
         let dataset = stream.Name.Split('/')[0]
         where dataset != "replayed" && dataset == "snapshots" == snapshots
         select snapshots ? $"{stream.Value.GetProperty("different")} {stream.Value.GetProperty("set")}" : $"{dataset} {stream.Value.GetProperty("events")} {stream.Value.GetProperty("sha256")}").Order();

    private static JsonElement Counts(string exchange) =>
        JsonDocument.Parse(File.ReadAllText(Fixtures.File(exchange, "corpus-counts.json"))).RootElement.GetProperty("recordings");
}
