using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Exchanges;
using Ingester.Publishing.Witnesses;
using Ingester.Reading.Objects;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Ingester.Tests.Publishing.Export;
using Ingester.Tests.Reading;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Publishing.Witnesses;

/// <summary>Each flaw of a published file of a book, and of the stored diffs, gives its verdict and no other.</summary>
public sealed class BookWitnessTests : IDisposable
{
    private const int Diffs = 120;

    private readonly MemoryStore store = new();
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-books-").FullName;

    private static IEnumerable<string> Lines => Enumerable.Range(1, Diffs).Select(static id => Line(id));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Same_diffs_are_confirmed_whatever_the_order_and_the_zeros_of_their_levels()
    {
        Record();
        var report = await CompareAsync(Lines);
        Assert.Equal((WitnessVerdict.Confirmed, (long)Diffs, (long)Diffs, 0L, 0L), (report.Verdict, report.Same, report.Rows, report.LeftOut, report.Different));
    }

    [Fact]
    public async Task Snapshot_in_a_file_stands_for_the_diff_with_its_id()
    {
        Record();
        var report = await CompareAsync(Lines.Select((line, place) => place is 0 or 60 ? line.Replace("delta", "snapshot", StringComparison.Ordinal).Replace("[\"1.50\",\"2\"]", "[\"1.10\",\"9\"]", StringComparison.Ordinal) : line));
        Assert.Equal((WitnessVerdict.Confirmed, Diffs - 2L, 2L), (report.Verdict, report.Same, report.LeftOut));
    }

    [Fact]
    public async Task Ids_that_a_file_lacks_make_the_archive_incomplete()
    {
        Record();
        var report = await CompareAsync(Lines.Where((_, place) => place is < 40 or >= 50));
        var range = Assert.Single(report.OnlyOurs.Listed);
        Assert.Equal((WitnessVerdict.ArchiveIncomplete, 41L, 50L), (report.Verdict, range.FirstId!.Value, range.LastId!.Value));
    }

    [Fact]
    public async Task Diffs_that_the_store_lacks_are_named_with_their_ids()
    {
        Record(id => id is >= 41 and <= 50);
        var report = await CompareAsync(Lines);
        var range = Assert.Single(report.OnlyTheirs.Listed);
        Assert.Equal((WitnessVerdict.WeLack, 41L, 50L, "10 diffs, ids 41 to 50, 2025-10-25 00:00:41.000000 to 2025-10-25 00:00:50.000000"), (report.Verdict, range.FirstId!.Value, range.LastId!.Value, range.Describe("diffs")));
    }

    [Theory]
    [InlineData("\"2\"]", "\"2.1\"]", "levels")]
    [InlineData("[\"1.60\",\"0\"]", "", "levels")]
    [InlineData("\"b\":", "\"a\":", "levels")]
    [InlineData("\"ts\":1761350470000", "\"ts\":1761350470001", "time")]
    public async Task Other_levels_or_another_time_of_the_same_id_are_a_contradiction(string before, string after, string field)
    {
        Record();
        var report = await CompareAsync(Lines.Select((line, place) => place != 69 ? line
            : field == "levels" && before == "\"b\":" ? line.Replace("\"b\":", "\"x\":", StringComparison.Ordinal).Replace("\"a\":", "\"b\":", StringComparison.Ordinal).Replace("\"x\":", "\"a\":", StringComparison.Ordinal)
            : line.Replace(before, after, StringComparison.Ordinal)));
        Assert.Equal((WitnessVerdict.Contradiction, 1L, 70L, field), (report.Verdict, report.Different, report.Differences[0].Id!.Value, report.Differences[0].Field));
    }

    [Fact]
    public async Task Repeated_lines_are_counted_and_change_no_verdict()
    {
        Record();
        var lines = Lines.ToList();
        lines.InsertRange(60, lines[50..55]);
        var report = await CompareAsync(lines);
        Assert.Equal((WitnessVerdict.Confirmed, 5L), (report.Verdict, report.Repeated));
    }

    [Theory]
    [InlineData("{\"topic\":\"orderbook.200.BTCUSDT\"", "Line 8 of 2025-10-25_BTCUSDT_ob200.data.zip is not a message about this book: ")]
    [InlineData("{\"op\":\"pong\"}", "Line 8 of 2025-10-25_BTCUSDT_ob200.data.zip is not a message about this book: it has no diff and no snapshot.")]
    [InlineData("ETH", "Line 8 of 2025-10-25_BTCUSDT_ob200.data.zip is not a message about this book: it is about ETHUSDT, not BTCUSDT.")]
    [InlineData("500", "Line 8 of 2025-10-25_BTCUSDT_ob200.data.zip is not a message about this book: it has 500 levels, and books of 200 are recorded, whose ids are others.")]
    public async Task Line_that_is_no_message_about_the_book_is_named(string line, string sentence)
    {
        Record();
        var wrong = line switch
        {
            "ETH" => Line(8).Replace("BTCUSDT", "ETHUSDT", StringComparison.Ordinal),
            "500" => Line(8).Replace("delta", "snapshot", StringComparison.Ordinal).Replace("orderbook.200", "orderbook.500", StringComparison.Ordinal),
            _ => line,
        };
        var report = await CompareAsync(Lines.Select((text, place) => place == 7 ? wrong : text));
        Assert.Equal(WitnessVerdict.NoWitness, report.Verdict);
        Assert.StartsWith(sentence, report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cut_file_is_no_witness()
    {
        Record();
        Assert.Equal(WitnessVerdict.NoWitness, (await CompareAsync(Lines, bytes => bytes[..(bytes.Length / 2)])).Verdict);
    }

    [Fact]
    public async Task Real_file_of_a_book_is_read() // of another depth, so only its diffs
    {
        Assert.SkipUnless(Corpus.TryFind(out var root), "INGESTER_CORPUS names no folder with recordings.");
        var sample = Path.Combine(root, "bybit", "20241201T000000Z-nt-linear-xrpusdt-ob500.ws.jsonl");
        var path = Path.Combine(folder, "2024-12-01_XRPUSDT_ob200.data");
        await File.WriteAllLinesAsync(path, File.ReadLines(sample).Where(static line => !line.Contains("snapshot", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        var diffs = await new BookFile(path, ExchangeCatalog.Find("bybit-linear")!, "XRPUSDT").ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(49, diffs.Count);
        Assert.All(diffs.Zip(diffs.Skip(1)), static pair => Assert.Equal(pair.First.Key.Value + 1, pair.Second.Key.Value)); // its ids count by one
    }

    private static string Line(int id) => string.Create(CultureInfo.InvariantCulture,
        $$$"""{"topic":"orderbook.200.BTCUSDT","type":"delta","ts":{{{(T0 + id * Second) / 1000}}},"data":{"s":"BTCUSDT","b":[["1.50","2"],["1.4","{{{id}}}.0"]],"a":[["1.60","0"]],"u":{{{id}}},"seq":{{{id * 3}}}},"cts":{{{T0 / 1000}}}}""");

    private async Task<WitnessReport> CompareAsync(IEnumerable<string> lines, Func<byte[], byte[]>? damage = null)
    {
        var layout = WitnessRig.Layout("bybit", Dataset.Depth);
        var name = layout.FileName("BTCUSDT", ExportRig.Day);
        var path = Path.Combine(folder, name);
        var zip = WitnessRig.Zip(Path.ChangeExtension(name, null), lines);
        await File.WriteAllBytesAsync(path, damage?.Invoke(zip) ?? zip, TestContext.Current.CancellationToken);
        return await new ArchiveWitness(new ArchiveReader(store, "")).CompareAsync(layout, "BTC-USDT", ExportRig.Day, wholeMonth: false, new(path, null, null, null), TestContext.Current.CancellationToken);
    }

    private void Record(Func<int, bool>? isMissing = null)
    {
        using var replica = new Replica(store, "a", new StreamId(Dataset.Depth, "bybit", "BTC-USDT"));
        replica.ConnectAt(T0 - 20 * Second);
        for (var id = 1; id <= Diffs; id++)
        {
            if (isMissing?.Invoke(id) != true)
                replica.Depth(T0 + id * Second, SequenceRange.One(id), string.Create(CultureInfo.InvariantCulture, $"[[\"1.4\",\"{id}\"],[\"1.5\",\"2.00\"]]"), "[[\"1.60\",\"0\"]]");
            replica.TickAt(T0 + id * Second);
        }

        replica.Close();
    }
}
