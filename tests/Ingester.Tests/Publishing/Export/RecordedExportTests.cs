using System.Globalization;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Publishing.Export;
using Ingester.Reading;
using Ingester.Reading.Books;
using Ingester.Reading.Merging;
using Ingester.Storage.Stores;
using Ingester.Testing;
using Ingester.Testing.Publishing;
using Ingester.Tests.Program.Importing;

namespace Ingester.Tests.Publishing.Export;

/// <summary>
/// Real recordings: the exported trades are those of an independent reading of the frames, digit by digit, and the book that is replayed from the exported
/// <c>incremental_book_L2</c> alone equals the one that the reading library gives, at random moments. <c>INGESTER_EXPORT_MOMENTS=1000</c> compares that many
/// books of each exchange.
/// </summary>
public sealed class RecordedExportTests
{
    private static readonly int Moments = int.Parse(Environment.GetEnvironmentVariable("INGESTER_EXPORT_MOMENTS") ?? "40", CultureInfo.InvariantCulture);

    public static TheoryData<string> Exchanges => [.. ImportRig.Exchanges];

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task Exported_trades_have_the_digits_of_the_wire_and_the_book_of_the_file_alone_equals_the_reconstructed_one(string exchange)
    {
        Assert.SkipUnless(Corpus.TryFind(out _), Corpus.Absent);
        var (compared, files, trades) = (0, 0, 0L);
        var recordings = Corpus.Recordings(exchange).ToList();
        for (var index = 0; index < recordings.Count; index++)
        {
            using var rig = new ImportRig();
            await rig.ImportAsync(exchange, [recordings[index].Path]);
            RecordedSnapshots.Store(Path.Combine(rig.Root, "a"), exchange, recordings[index].Path);
            var store = new DirectoryStore(Path.Combine(rig.Root, "a"), TimeProvider.System);
            using var archive = new MarketArchive(store, "");
            var export = new ExportRig(store, store);
            var manifests = new List<StreamExport>();
            foreach (var day in Days(rig))
                foreach (var outcome in await export.RunAsync(exchange, static request => request with { Parquet = false }, day))
                    manifests.Add(outcome.Manifest ?? throw new InvalidOperationException(outcome.Failure));
            var books = new List<(string Market, List<string[]> Rows)>();
            foreach (var manifest in manifests.Where(static manifest => manifest.Stream.Dataset is Dataset.Depth or Dataset.Snapshots))
                if (await export.RowsAsync(manifest, "incremental_book_L2") is { Count: > 0 } rows)
                    books.Add((manifest.Stream.Market, rows));
            foreach (var days in manifests.Where(static manifest => manifest.Stream.Dataset is Dataset.Trades or Dataset.AggTrades).GroupBy(static manifest => manifest.Stream))
                trades += await CompareTradesAsync(archive, export, days.Key, [.. days]);

            files += books.Count;
            var share = (Moments - compared) / (recordings.Count - index); // the rest of the recordings share the rest of the moments
            for (var book = 0; book < books.Count && share > 0; book++)
            {
                var found = await CompareBooksAsync(archive, exchange, books[book].Market, books[book].Rows, (share + books.Count - book - 1) / (books.Count - book));
                (compared, share) = (compared + found, share - found);
            }
        }

        Assert.Equal(CountedTrades(exchange), trades);
        Assert.True(compared > 0 || files == 0, $"{exchange}: {files} files have books, and none was known at a moment");
        TestContext.Current.TestOutputHelper?.WriteLine($"{exchange}: {trades} trades, {compared} books of {files} files");
    }

    /// <summary>The days of the stored objects.</summary>
    private static IEnumerable<DateOnly> Days(ImportRig rig) => rig.Objects().Keys
        .Select(static key => key.Split('/')).Where(static parts => parts[0] is "trades" or "agg-trades" or "depth" or "fragments" or "snapshots")
        .Select(static parts => DateOnly.ParseExact(string.Concat(parts.Where(static part => part.Split('=')[0] is "year" or "month" or "day").Select(static part => part.Split('=')[1])), "yyyyMMdd", CultureInfo.InvariantCulture))
        .Distinct().Order();

    /// <summary>The number of trades that an independent reading counts in all recordings of an exchange: <c>corpus-counts.json</c>.</summary>
    private static long CountedTrades(string exchange)
    {
        var path = Path.Combine(Corpus.Repository, "tests", "Ingester.Tests", "Exchanges", "fixtures", exchange, "corpus-counts.json");
        if (!File.Exists(path))
            return 0;
        using var counts = JsonDocument.Parse(File.ReadAllBytes(path));
        return counts.RootElement.GetProperty("recordings").EnumerateObject().SelectMany(static recording => recording.Value.GetProperty("streams").EnumerateObject())
            .Where(static stream => stream.Name.Split('/')[0] is "trades" or "agg-trades").Sum(static stream => stream.Value.GetProperty("events").GetInt64());
    }

    /// <summary>
    /// Compares the rows of the CSV files with the stored rows, whose digits are those of the wire by <c>ImportCorpusTests</c>; returns their number, with those
    /// that were not matched in the order book and are in the Parquet file only.
    /// </summary>
    private static async Task<long> CompareTradesAsync(MarketArchive archive, ExportRig export, StreamId stream, List<StreamExport> days)
    {
        var (expected, offBook) = (new List<string>(), 0);
        await foreach (var found in archive.ReadEventsAsync(stream, Start(days[0].Day), Start(days[^1].Day.AddDays(1))))
        {
            if (found.Kind != MarketEventKind.Row)
                continue;
            using var json = JsonDocument.Parse(found.Row);
            var row = json.RootElement;
            if (row.TryGetProperty("type", out _))
                offBook++;
            else
                expected.Add($"{found.Micros},{(row.TryGetProperty("id", out var id) ? id.GetString() : "")},{row.GetProperty("side")},{WithoutExponent(row.GetProperty("price"))},{WithoutExponent(row.GetProperty("size"))}");
        }

        var exported = new List<string>();
        foreach (var day in days.Where(static day => day.Files.Count > 0))
            exported.AddRange((await export.RowsAsync(day, "trades")).Select(static row => string.Join(',', row[2], row[4], row[5], row[6], row[7])));
        if (stream.Dataset == Dataset.Trades || exported.Count > 0)
            Assert.Equal(expected, exported);
        Assert.Equal(expected.Count + offBook, days.Sum(static day => day.Events));
        return expected.Count + offBook;
    }

    private static string WithoutExponent(JsonElement number) => number.GetString() is var text && text!.Contains('e', StringComparison.OrdinalIgnoreCase)
        ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
        : text!;

    private static DateTimeOffset Start(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    /// <summary>Compares the book at random moments; returns the number of those at which it is known.</summary>
    private static async Task<int> CompareBooksAsync(MarketArchive archive, string exchange, string market, List<string[]> rows, int moments)
    {
        Assert.Equal("true", rows[0][4]);
        var book = new FileBook(rows);
        var (first, last) = (book.Times.Min(), book.Times.Max());
        var random = new Random(market.Length);
        var compared = 0;
        foreach (var at in Enumerable.Range(1, moments).Select(_ => random.NextInt64(first, last + 1)).SkipLast(1).Append(last).Order())
        {
            var expected = await archive.GetBookAsync(exchange, market, Micros.ToDateTime(at));
            var found = book.At(at);
            if (expected.Proof == BookProof.Unknown)
                continue;
            Assert.Equal(FileBook.Text(expected), found);
            compared++;
        }

        return compared;
    }
}
