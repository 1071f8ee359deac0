using System.Text;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Exchanges;
using Ingester.Testing;

namespace Ingester.Tests.Exchanges;

/// <summary>
/// The tick and the lot of <c>instruments</c> divide every price and every size of the real recordings, except where <c>docs/instruments.md</c> lists it.
/// </summary>
public sealed class InstrumentStepTests
{
    private const string TableStart = "| exchange | numbers |";

    public static TheoryData<string> Exchanges => Fixtures.Exchanges;

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void Tick_and_lot_divide_every_recorded_number_except_those_that_the_page_lists(string name)
    {
        Assert.SkipUnless(Corpus.TryFind(out _), Corpus.Absent);
        var exceptions = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var compared = 0L;
        foreach (var recording in Corpus.Recordings(name))
        {
            var sink = new StepSink(FactsBeside(name, recording.Path));
            Decode(name, recording, sink);
            compared += sink.Compared;
            foreach (var (kind, found) in sink.Exceptions)
                exceptions.TryAdd(kind, found.First);
        }

        Assert.Equal(Documented(name), $"{(compared > 0 ? "compared" : "no market list")}{string.Concat(exceptions.Select(found => $"; {found.Key}: {found.Value}"))}");
    }

    private static void Decode(string name, RecordedSession recording, StepSink sink)
    {
        var exchange = ExchangeCatalog.Find(name)!;
        var decoders = new Dictionary<long, IFrameDecoder>();
        using var inflater = new FrameInflater(exchange.Profile.BinaryFrames, maxBytes: 1 << 24);
        foreach (var (connection, isBinary, bytes) in recording.Messages())
        {
            if (!decoders.TryGetValue(connection, out var decoder))
                decoders.Add(connection, decoder = exchange.CreateDecoder());
            decoder.Decode(isBinary ? inflater.InflateOrKeep(bytes) : bytes, sink);
        }
    }

    /// <summary>The facts in the market list that was recorded with a recording: steps change, so that those of another day say nothing. Empty without one.</summary>
    private static Dictionary<string, InstrumentFacts> FactsBeside(string name, string path)
    {
        var exchange = ExchangeCatalog.Find(name)!;
        var stem = path[..path.IndexOf(".ws.", StringComparison.Ordinal)];
        var facts = new Dictionary<string, InstrumentFacts>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!).Where(file => file.StartsWith(stem + ".rest.tsv", StringComparison.Ordinal) || file.EndsWith("instrument-snapshot.json.gz", StringComparison.Ordinal)))
            foreach (var body in file.Contains(".rest.tsv", StringComparison.Ordinal) ? Corpus.Lines(file).Select(line => line.Split('\t')[^1]) : [string.Join('\n', Corpus.Lines(file))])
                foreach (var listed in Read(exchange, body))
                    if (listed.Facts is { } known)
                        facts.TryAdd(listed.Market.Symbol, known);
        return facts;
    }

    private static IReadOnlyList<ListedMarket> Read(IExchange exchange, string body)
    {
        try
        {
            return exchange.ParseMarketList(Encoding.UTF8.GetBytes(body)).Markets;
        }
        catch (JsonException)
        {
            return []; // another answer
        }
    }

    private static string Documented(string name) =>
        File.ReadLines(Path.Combine(Corpus.Repository, "docs", "instruments.md")).SkipWhile(line => line != TableStart)
            .FirstOrDefault(line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal)) is { } row
            ? row.Split('|')[2].Trim()
            : "not in the table";
}
