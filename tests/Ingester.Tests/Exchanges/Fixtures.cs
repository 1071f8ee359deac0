using System.Text;
using System.Text.Json;
using Ingester.Core.Decoding;
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

    /// <summary>
    /// What the exchange makes of its fixtures, one JSON line for each result. The frames of a file are one connection and share a decoder; those of a file
    /// whose name begins with <c>bad</c> have one each.
    /// </summary>
    public static IEnumerable<string> Read(IExchange exchange)
    {
        var name = exchange.Profile.Name;
        var lines = new List<string>();
        foreach (var path in Files(name, ".ws.tsv").Concat(Files(name, ".wsbin.tsv")))
        {
            var connection = exchange.CreateDecoder();
            foreach (var (frame, place) in Frames(exchange, path).Select((frame, index) => (frame, $"{Path.GetFileName(path)}:{index + 1}")))
                ReadFrame(IsBad(path) ? exchange.CreateDecoder() : connection, frame, new(place, lines));
        }

        foreach (var path in Files(name, ".rest.tsv"))
            foreach (var (columns, place) in System.IO.File.ReadLines(path).Select((line, index) => (line.Split('\t', 3), $"{Path.GetFileName(path)}:{index + 1}")))
                ReadResponse(exchange, Path.GetFileName(path), new(columns[1], UriKind.RelativeOrAbsolute), Encoding.UTF8.GetBytes(columns[2]), new(place, lines));
        return lines;
    }

    private static bool IsBad(string path) => Path.GetFileName(path).StartsWith("bad", StringComparison.Ordinal);

    /// <summary>The frames of a file as the decoder receives them: <c>.wsbin.tsv</c> holds binary messages in base64.</summary>
    private static IEnumerable<byte[]> Frames(IExchange exchange, string path)
    {
        if (path.EndsWith(".ws.tsv", StringComparison.Ordinal))
            return Lines(path, 1);
        var inflater = new FrameInflater(exchange.Profile.BinaryFrames, maxBytes: 1 << 24);
        return Lines(path, 1).Select(text => inflater.Inflate(Convert.FromBase64String(Encoding.ASCII.GetString(text))).ToArray());
    }

    private static void ReadFrame(IFrameDecoder decoder, byte[] frame, LineSink sink)
    {
        try
        {
            decoder.Decode(frame, sink);
        }
        catch (JsonException fault)
        {
            sink.Add("error", fault.Message);
        }
    }

    /// <summary>Parses a REST response by the name of its file: snapshots, trades, candles, bootstrap; any other is a market list.</summary>
    private static void ReadResponse(IExchange exchange, string file, Uri address, byte[] body, LineSink sink)
    {
        try
        {
            if (file.StartsWith("snapshot", StringComparison.Ordinal))
                ReadSnapshot(exchange, body, sink);
            else if (file.StartsWith("trades", StringComparison.Ordinal))
                ReadTrades(exchange, body, sink);
            else if (file.StartsWith("candles", StringComparison.Ordinal))
                foreach (var candle in exchange.Profile.Candles!.Parse(body))
                    sink.Add("candle", candle);
            else if (file.StartsWith("bootstrap", StringComparison.Ordinal))
                sink.Add("address", ((IConnectionBootstrap)exchange).ParseBootstrap(exchange.Profile.Datasets[0].Endpoint, body));
            else
                ReadList(exchange, address, body, sink);
        }
        catch (JsonException fault)
        {
            sink.Add("error", fault.Message);
        }
    }

    private static void ReadSnapshot(IExchange exchange, byte[] body, LineSink sink)
    {
        var read = exchange.Profile.Book.SnapshotEndpoint!.Parse(body);
        sink.Add("restSnapshot", new { read.LastId, read.Micros, Bids = Encoding.UTF8.GetString(read.Bids), Asks = Encoding.UTF8.GetString(read.Asks) });
    }

    private static void ReadTrades(IExchange exchange, byte[] body, LineSink sink)
    {
        var history = exchange.Profile.Find(Dataset.Trades)!.History!;
        var page = history.Parse(new(new("BTC-USD", "BTC-USD"), new(0, long.MaxValue - 1), 0), body);
        foreach (var trade in page.Trades)
            sink.Add("pastTrade", trade);
        sink.Add("nextPage", page.NextCursor ?? "none");
    }

    private static void ReadList(IExchange exchange, Uri address, byte[] body, LineSink sink)
    {
        var listing = exchange.ParseMarketList(body);
        foreach (var listed in listing.Markets)
            sink.Add("market", new { listed.Market.Name, listed.Market.Symbol, listed.Status, State = listed.State.Name(), listed.Facts });
        foreach (var entry in listing.Skipped)
            sink.Add("leftOut", new { entry.Name, entry.Symbol, State = entry.State?.Name(), entry.Reason });
        if (exchange is IPagedMarketList paged)
            sink.Add("nextPage", paged.NextPage(new(address), body)?.Uri.ToString() ?? "none");
    }
}
