using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Ingester.Core.Markets;
using Ingester.Paper.Feeds;

namespace Ingester.Tests.Paper;

/// <summary>A market whose price rises and falls: one change of the book and one trade each second. The same seed gives the same events.</summary>
/// <param name="start">The start, microseconds UTC.</param>
/// <param name="seconds">Length in seconds.</param>
internal sealed class SyntheticFeed(long start, int seconds) : IFeed
{
    public const string Exchange = "binance";
    public const string Market = "BTC-USDT";
    public const long Second = 1_000_000;
    public const long Latency = 100_000;

    private const int Period = 1_200; // seconds from one maximum to the next
    private const int MaxMove = 300; // of the price, in quote units

    public static StreamId Trades { get; } = new(Dataset.Trades, Exchange, Market);

    public static StreamId Depth { get; } = new(Dataset.Depth, Exchange, Market);

    public static StreamId Snapshots { get; } = new(Dataset.Snapshots, Exchange, Market);

    /// <summary>The seconds whose changes of the book are missing.</summary>
    public Range Missing { get; init; } = 0..0;

    /// <summary>Changes an event before it is read.</summary>
    public Func<FeedItem, FeedItem> Change { get; init; } = static item => item;

    /// <summary>The mid price at a second.</summary>
    public static decimal PriceAt(int second) => 10_000m + Math.Round((decimal)(MaxMove * Math.Sin(2 * Math.PI * second / Period)), 2);

    public async IAsyncEnumerable<FeedItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        foreach (var item in Items())
            yield return Change(item);
        yield return new() { Kind = FeedItemKind.Clock, ArrivalMicros = start + seconds * Second };
    }

    private IEnumerable<FeedItem> Items()
    {
        yield return Row(Snapshots, start, Snapshot(0, 100));
        for (var second = 1; second < seconds; second++)
        {
            var at = start + second * Second;
            var (bid, ask) = (Text(PriceAt(second) - 0.5m), Text(PriceAt(second) + 0.5m));
            var side = second % 2 == 0 ? "buy" : "sell";
            yield return Row(Trades, at, $"{{\"id\":\"{second}\",\"ts\":{at},\"side\":\"{side}\",\"price\":\"{(side == "buy" ? ask : bid)}\",\"size\":\"0.5\"}}");
            if (second >= Missing.Start.Value && second < Missing.End.Value)
                continue;
            var (oldBid, oldAsk) = (Text(PriceAt(second - 1) - 0.5m), Text(PriceAt(second - 1) + 0.5m));
            if (second == Missing.End.Value && second > 0)
                yield return Row(Depth, at, Diff(at, 99 + second, [(bid, "2")], [(ask, "2")]));
            else
                yield return Row(Depth, at, Diff(at, 99 + second, oldBid == bid ? [(bid, "2")] : [(oldBid, "0"), (bid, "2")], oldAsk == ask ? [(ask, "2")] : [(oldAsk, "0"), (ask, "2")]));
            if (second == Missing.End.Value && second > 0)
                yield return Row(Snapshots, at, Snapshot(second, 100 + second));
        }
    }

    private string Snapshot(int second, long upTo) =>
        $"{{\"ts\":{start + second * Second},\"upto\":{upTo},\"bids\":[[\"{Text(PriceAt(second) - 0.5m)}\",\"2\"],[\"9000\",\"50\"]],\"asks\":[[\"{Text(PriceAt(second) + 0.5m)}\",\"2\"],[\"11000\",\"50\"]],\"reason\":\"start\"}}";

    private static string Diff(long at, long after, (string Price, string Size)[] bids, (string Price, string Size)[] asks) =>
        $"{{\"ts\":{at},\"after\":{after},\"upto\":{after + 1},\"bids\":[{Levels(bids)}],\"asks\":[{Levels(asks)}]}}";

    private static string Levels((string Price, string Size)[] levels) => string.Join(',', levels.Select(static level => $"[\"{level.Price}\",\"{level.Size}\"]"));

    private static FeedItem Row(StreamId stream, long at, string row) =>
        new() { Stream = stream, Kind = FeedItemKind.Row, Micros = at, ArrivalMicros = at + Latency, Row = Encoding.UTF8.GetBytes(row) };

    private static string Text(decimal price) => price.ToString("0.00", CultureInfo.InvariantCulture);
}
