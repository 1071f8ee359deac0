using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Books;
using Ingester.Storage.Stores;
using Ingester.Testing;
using Ingester.Testing.Publishing;
using Ingester.Tests.Program.Importing;

namespace Ingester.Tests.Publishing.Export;

/// <summary>
/// Real recordings: the book that is replayed from the exported <c>incremental_book_L2</c> alone equals the one that the reading library gives, at random
/// moments. <c>INGESTER_EXPORT_MOMENTS=1000</c> tries that many of each exchange.
/// </summary>
public sealed class RecordedBookExportTests
{
    private static readonly int Moments = int.Parse(Environment.GetEnvironmentVariable("INGESTER_EXPORT_MOMENTS") ?? "40", CultureInfo.InvariantCulture);

    public static TheoryData<string> Exchanges => [.. ImportRig.Exchanges];

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task Book_replayed_from_the_file_alone_equals_the_reconstructed_one(string exchange)
    {
        Assert.SkipUnless(Corpus.TryFind(out _), Corpus.Absent);
        var compared = 0;
        foreach (var recording in Corpus.Recordings(exchange))
        {
            using var rig = new ImportRig();
            await rig.ImportAsync(exchange, [recording.Path]);
            var store = new DirectoryStore(Path.Combine(rig.Root, "a"), TimeProvider.System);
            using var archive = new MarketArchive(store, "");
            var export = new ExportRig(store, store);
            foreach (var day in Days(rig))
                foreach (var outcome in await export.RunAsync(exchange, request => request with { Datasets = [Dataset.Depth], Parquet = false }, day))
                {
                    Assert.Null(outcome.Failure);
                    if (compared < Moments)
                        compared += await CompareAsync(archive, exchange, outcome.Stream.Market, await export.RowsAsync(outcome.Manifest!, "incremental_book_L2"), Moments - compared);
                }
        }

        TestContext.Current.SendDiagnosticMessage($"{exchange}: {compared} books");
    }

    private static IEnumerable<DateOnly> Days(ImportRig rig) => rig.Objects().Keys
        .Select(key => key.Split('/')).Where(parts => Array.Exists(parts, part => part.StartsWith("day=", StringComparison.Ordinal)) && parts[0] is "depth" or "fragments" or "snapshots")
        .Select(parts => DateOnly.ParseExact(string.Concat(parts.Where(part => part.StartsWith("year=", StringComparison.Ordinal) || part.StartsWith("month=", StringComparison.Ordinal) || part.StartsWith("day=", StringComparison.Ordinal)).Select(part => part.Split('=')[1])), "yyyyMMdd", CultureInfo.InvariantCulture))
        .Distinct().Order().Take(2);

    private static async Task<int> CompareAsync(MarketArchive archive, string exchange, string market, List<string[]> rows, int moments)
    {
        if (rows.Count == 0)
            return 0;
        Assert.Equal("true", rows[0][4]);
        var book = new FileBook(rows);
        var (first, last) = (book.Times.Min(), book.Times.Max());
        var random = new Random(market.Length);
        var times = Enumerable.Range(0, Math.Min(moments, 10)).Select(_ => random.NextInt64(first, last + 1)).Append(last).Order().ToList();
        var compared = 0;
        foreach (var at in times)
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
