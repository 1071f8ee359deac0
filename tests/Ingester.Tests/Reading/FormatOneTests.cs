using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ingester.Core.Markets;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Reading.Merging;
using Ingester.Replaying;
using Ingester.Storage.Stores;
using Ingester.Testing;

namespace Ingester.Tests.Reading;

/// <summary>A store of format 1, committed as its last version wrote it, gives the same answers as it gave then.</summary>
public sealed class FormatOneTests : IDisposable
{
    private static readonly DateTimeOffset From = new(2026, 11, 29, 10, 53, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = new(2026, 11, 29, 10, 59, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset BookAt = new(2026, 11, 29, 10, 57, 10, TimeSpan.Zero);

    private readonly string copy = Directory.CreateTempSubdirectory("ingester-format-1-").FullName; // opening a store makes a folder in it
    private readonly MarketArchive archive;

    public FormatOneTests()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Fixture, "store"), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Path.Combine(Fixture, "store"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        archive = new(new DirectoryStore(copy, TimeProvider.System), "");
    }

    public static TheoryData<string, string> Markets => new() { { "binance", "BTC-USDT" }, { "coinbase", "BTC-USD" }, { "kraken", "BTC-USD" } };

    private static string Fixture => Path.Combine(Corpus.Repository, "tests", "Ingester.Tests", "Reading", "fixtures", "format-1");

    public void Dispose()
    {
        archive.Dispose();
        Directory.Delete(copy, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Markets))]
    public async Task Merge_and_replay_return_every_row_as_stored_and_every_mark(string exchange, string market)
    {
        var stored = File.ReadLines(Path.Combine(Fixture, $"replay-{exchange}.jsonl")).Select(Parsed).ToList();
        var expected = Rows(stored);
        var read = await ReadAsync(archive.ReadEventsAsync([new(Dataset.Trades, exchange, market), new(Dataset.Depth, exchange, market)], From, To));
        Assert.Equal(expected, Rows(read));
        Assert.Equal(stored.Count(IsGap), read.Count(IsGap));
        foreach (var dataset in new[] { Dataset.Trades, Dataset.Depth })
            Assert.Equal(
                expected.Where(line => line.Contains($"\"{dataset.Name()}\"", StringComparison.Ordinal)),
                Rows(await ReadAsync(archive.ReadEventsAsync(new StreamId(dataset, exchange, market), From, To))));

        static bool IsGap(string line) => line.Contains("\"mark\":\"gap\"", StringComparison.Ordinal);
        static List<string> Rows(IEnumerable<string> lines) => [.. lines.Where(line => line.Contains("\"row\":", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Audit_has_the_same_verdicts_and_the_same_gap()
    {
        var report = await archive.AuditAsync(new() { From = From, To = To });
        Assert.Empty(report.Unreadable);
        using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Fixture, "audit.json"), TestContext.Current.CancellationToken));
        var streams = expected.RootElement.GetProperty("streams").EnumerateArray().ToList();
        Assert.Equal(streams.Count, report.Streams.Count);
        foreach (var (stream, then) in report.Streams.Zip(streams))
        {
            Assert.Equal($"{then.GetProperty("dataset").GetString()}/{then.GetProperty("exchange").GetString()}/{then.GetProperty("pair").GetString()}", stream.Stream.Text);
            Assert.Equal((then.GetProperty("complete").GetInt32(), then.GetProperty("quiet").GetInt32()), (stream.Count(WindowVerdict.Complete), stream.Count(WindowVerdict.Quiet)));
            Assert.Equal(Times(then, "partial"), Starts(stream, WindowVerdict.Partial));
            Assert.Equal(Times(then, "missing"), Starts(stream, WindowVerdict.Missing));
            Assert.Equal(then.GetProperty("messages").GetInt64(), stream.Messages);
            Assert.Equal(then.GetProperty("holes").EnumerateArray().Select(gap => (gap.GetProperty("after").GetInt64(), gap.GetProperty("upTo").GetInt64())),
                stream.MissingRanges.Select(missing => (missing.Range.After, missing.Range.UpTo)));
        }
    }

    [Theory]
    [MemberData(nameof(Markets))]
    public async Task Book_is_the_same_with_the_same_proof(string exchange, string market)
    {
        var book = await archive.GetBookAsync(exchange, market, BookAt);
        using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Fixture, $"book-{exchange}.json"), TestContext.Current.CancellationToken));
        var then = expected.RootElement;
        Assert.Equal(then.GetProperty("proof").GetString(), book.Proof.ToString().ToLowerInvariant());
        Assert.Equal(then.GetProperty("snapshot").GetProperty("key").GetString(), book.Snapshot!.Key);
        Assert.Equal((then.GetProperty("changes").GetInt64(), then.GetProperty("last").GetInt64()), (book.Changes, book.LastMicros));
        Assert.Equal(Levels(then, "bids"), book.Bids.Select(level => $"{level.Price} {level.Size}"));
        Assert.Equal(Levels(then, "asks"), book.Asks.Select(level => $"{level.Price} {level.Size}"));
    }

    private static async Task<List<string>> ReadAsync(IAsyncEnumerable<MarketEvent> events)
    {
        var (lines, line) = (new List<string>(), new EventLineWriter());
        await foreach (var found in events)
            lines.Add(Parsed(Encoding.UTF8.GetString(line.Write(found).Span)));
        return lines;
    }

    /// <summary>A line without its note: words may change.</summary>
    private static string Parsed(string line)
    {
        var json = JsonNode.Parse(line)!.AsObject();
        json.Remove("note");
        return json.ToJsonString();
    }

    private static IEnumerable<long> Times(JsonElement stream, string name) => stream.GetProperty(name).EnumerateArray().Select(start => start.GetInt64());

    private static IEnumerable<long> Starts(StreamAudit stream, WindowVerdict verdict) =>
        stream.Windows.Where(window => window.Verdict == verdict).Select(window => window.Window.StartMicros);

    private static IEnumerable<string> Levels(JsonElement book, string side) =>
        book.GetProperty(side).EnumerateArray().Select(level => $"{level[0].GetString()} {level[1].GetString()}");
}
