using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Testing;
using Ingester.Tests.Exchanges;

namespace Ingester.Tests.Program.Importing;

/// <summary>What is stored of the real recordings is what an independent reading of their frames counts (<c>corpus-counts.json</c>).</summary>
public sealed class ImportCorpusTests
{
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
        Assert.Equal(expected.GetProperty("frames").GetInt64(), summary.Frames);
        Assert.Equal(0, summary.Quarantined);
        Assert.All(summary.Streams, stream => Assert.Equal((0, 0), (stream.Gaps, stream.Duplicates)));
        Assert.Empty(rig.Rows(Dataset.Gaps));

        var streams = expected.GetProperty("streams").EnumerateObject().Where(stream => !stream.Name.StartsWith("replayed/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(streams);
        var stored = Stored(rig);
        foreach (var stream in streams)
        {
            Assert.True(stored.TryGetValue(Digest(stream.Value), out var rows), $"{stream.Name}: no stored stream has these digits");
            Assert.Equal(stream.Value.GetProperty("events").GetInt32(), rows);
        }

        Assert.Equal(streams.Count, stored.Count);
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

    private static string Digest(JsonElement stream) => stream.GetProperty("sha256").GetString()!;

    /// <summary>The stored rows per stream, in the order of their sequence, as the digest of their digits.</summary>
    private static Dictionary<string, int> Stored(ImportRig rig)
    {
        var digests = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var stream in rig.Segments().GroupBy(segment => segment.Name.Stream))
            Add(digests, stream.OrderBy(s => s.Name.Window.StartMicros).ThenBy(s => s.Name.Range?.After).SelectMany(s => s.Rows.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        foreach (var market in rig.Objects().Where(stored => stored.Key.StartsWith("snapshots/", StringComparison.Ordinal)).GroupBy(stored => stored.Key.Split('/')[2]))
            Add(digests, market.Select(stored => stored.Value.TrimEnd('\n')));
        return digests;
    }

    private static void Add(Dictionary<string, int> digests, IEnumerable<string> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var count = 0;
        foreach (var row in rows)
        {
            count++;
            foreach (var digits in Digits(JsonDocument.Parse(row).RootElement))
                hash.AppendData(Encoding.UTF8.GetBytes(digits + "\n"));
        }

        digests[Convert.ToHexStringLower(hash.GetHashAndReset())] = count;
    }

    private static IEnumerable<string> Digits(JsonElement row)
    {
        if (row.TryGetProperty("price", out var price))
            return [$"{row.GetProperty("side")}|{price}|{row.GetProperty("size")}"];
        return Side("bid", row.GetProperty("bids")).Concat(Side("ask", row.GetProperty("asks")));

        static IEnumerable<string> Side(string name, JsonElement levels) => levels.EnumerateArray().Select(level => $"{name}|{level[0]}|{level[1]}");
    }

    private static JsonElement Counts(string exchange) =>
        JsonDocument.Parse(File.ReadAllText(Fixtures.File(exchange, "corpus-counts.json"))).RootElement.GetProperty("recordings");
}
