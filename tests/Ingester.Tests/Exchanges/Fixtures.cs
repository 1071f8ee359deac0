using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Exchanges;
using Ingester.Testing;

namespace Ingester.Tests.Exchanges;

/// <summary>
/// What was written by hand for an exchange, in the forms of the recordings. Files whose name begins with <c>bad</c> hold what must be
/// refused; the streams of <c>subscribe.sent.tsv</c> and <c>unsubscribe.sent.tsv</c> are all datasets of all trading markets of <c>markets.rest.tsv</c>.
/// </summary>
internal static class Fixtures
{
    private static readonly string Root =
        Path.Combine(Corpus.Repository, "tests", "Ingester.Tests", "Exchanges", "fixtures");

    /// <summary>The names of all exchanges, as test data.</summary>
    public static TheoryData<string> Exchanges => [.. ExchangeCatalog.All.Select(exchange => exchange.Profile.Name)];

    /// <summary>The path of one file of an exchange.</summary>
    public static string File(string exchange, string name) => Path.Combine(Root, exchange, name);

    /// <summary>The files of an exchange whose names end so, in order.</summary>
    public static IEnumerable<string> Files(string exchange, string ending) =>
        Directory.EnumerateFiles(Path.Combine(Root, exchange), $"*{ending}").Order(StringComparer.Ordinal);

    /// <summary>The lines of a file, each without its first <paramref name="columns"/> columns.</summary>
    public static IEnumerable<byte[]> Lines(string path, int columns) =>
        System.IO.File.ReadLines(path).Select(line => Encoding.UTF8.GetBytes(line.Split('\t', columns + 1)[columns]));

    /// <summary>The frames that decode.</summary>
    public static IEnumerable<byte[]> GoodFrames(string exchange) =>
        from path in Files(exchange, ".ws.tsv")
        where !Path.GetFileName(path).StartsWith("bad", StringComparison.Ordinal)
        from frame in Lines(path, 1)
        select frame;

    /// <summary>All streams of all trading markets of the exchange's list.</summary>
    public static IReadOnlyList<Subscription> Streams(IExchange exchange)
    {
        var body = Lines(File(exchange.Profile.Name, "markets.rest.tsv"), 2).First();
        return
        [
            .. from listed in exchange.ParseMarketList(body).Markets
               where listed.State == MarketState.Trading
               let market = listed.Market
               from dataset in exchange.Profile.Datasets
               select new Subscription(dataset.Dataset, market),
        ];
    }

    /// <summary>What the exchange makes of its fixtures, one JSON line for each thing that comes out.</summary>
    public static IEnumerable<string> Read(IExchange exchange)
    {
        var name = exchange.Profile.Name;
        var lines = new List<string>();
        foreach (var path in Files(name, ".ws.tsv"))
            foreach (var (frame, place) in Lines(path, 1).Select((frame, index) => (frame, $"{Path.GetFileName(path)}:{index + 1}")))
                ReadFrame(exchange, frame, new(place, lines));
        foreach (var path in Files(name, ".rest.tsv"))
            foreach (var (body, place) in Lines(path, 2).Select((body, index) => (body, $"{Path.GetFileName(path)}:{index + 1}")))
                ReadList(exchange, body, new(place, lines));
        return lines;
    }

    private static void ReadFrame(IExchange exchange, byte[] frame, LineSink sink)
    {
        try
        {
            exchange.CreateDecoder().Decode(frame, sink);
        }
        catch (JsonException fault)
        {
            sink.Add("error", fault.Message);
        }
    }

    private static void ReadList(IExchange exchange, byte[] body, LineSink sink)
    {
        try
        {
            var listing = exchange.ParseMarketList(body);
            foreach (var (market, status, state) in listing.Markets)
                sink.Add("market", new { market.Name, market.Symbol, Status = status, State = state.Name() });
            foreach (var entry in listing.Skipped)
                sink.Add("leftOut", new { entry.Name, entry.Symbol, State = entry.State?.Name(), entry.Reason });
        }
        catch (JsonException fault)
        {
            sink.Add("error", fault.Message);
        }
    }
}
