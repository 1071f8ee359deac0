using Ingester.Core.Markets;
using Ingester.Simulator.Events;
using Ingester.Simulator.Options;

namespace Ingester.Simulator.Model;

/// <summary>
/// One market with its book, trades and numbering. Its events depend only on the seed, the exchange and the market name; only the times come from the
/// clock.
/// </summary>
internal sealed class SimulatedMarket
{
    /// <summary>Number of recent trades that are sent on subscribe.</summary>
    public const int MaxRecentTrades = 50;

    /// <summary>Number of trades, and of aggregate trades, that can be requested over REST.</summary>
    public const int MaxHistoricalTrades = 4096;

    private const int MaxBurstTrades = 3;
    private readonly Random random;
    private readonly double tradeShare;
    private readonly Queue<SimulatedTrade> recentTrades = new(MaxRecentTrades);
    private readonly Queue<SimulatedTrade> historicalTrades = new();
    private readonly Queue<SimulatedTrade> historicalAggTrades = new();

    /// <summary>Creates the market with a book and a few trades from before the first subscription.</summary>
    public SimulatedMarket(string exchange, MarketSpec spec, SimulatorOptions options, long micros)
    {
        random = new(StableSeed.Of(options.Seed, exchange, spec.Name));
        tradeShare = options.TradeShare;
        Spec = spec;
        Book = new(spec, random, options.BookLevels);
        (LastTradeId, LastAggTradeId) = (random.Next(1_000_000, 900_000_000), random.Next(1_000_000, 400_000_000));
        (LastUpdateId, LastSequence) = (random.NextInt64(1_000_000_000, 5_000_000_000_000), random.Next(1_000_000, 900_000_000));
        Trades = new(new(Dataset.Trades, exchange, spec.Name), this);
        AggTrades = new(new(Dataset.AggTrades, exchange, spec.Name), this);
        Depth = new(new(Dataset.Depth, exchange, spec.Name), this);
        LastMicros = micros;
        var before = new List<SimulatedTrade>();
        for (var i = random.Next(1, 6); i > 0; i--)
            NextBurst(micros, before);
    }

    /// <summary>The names and units.</summary>
    public MarketSpec Spec { get; }

    /// <summary>The true book.</summary>
    public SimulatedBook Book { get; }

    /// <summary>Trading, halted (it stays in the market list and can be subscribed) or delisted.</summary>
    public MarketState State { get; set; }

    /// <summary>True while it trades.</summary>
    public bool IsTrading => State == MarketState.Trading;

    /// <summary>The stream of single trades.</summary>
    public SimulatedStream Trades { get; }

    /// <summary>The stream of aggregate trades.</summary>
    public SimulatedStream AggTrades { get; }

    /// <summary>The stream of diffs.</summary>
    public SimulatedStream Depth { get; }

    /// <summary>The id of the last trade.</summary>
    public long LastTradeId { get; private set; }

    /// <summary>The id of the last aggregate trade.</summary>
    public long LastAggTradeId { get; private set; }

    /// <summary>The id of the last diff.</summary>
    public long LastUpdateId { get; private set; }

    /// <summary>The sequence number of the last message of any kind.</summary>
    public long LastSequence { get; private set; }

    /// <summary>The time of the last event; times never go back within a market.</summary>
    public long LastMicros { get; private set; }

    /// <summary>The last trades, oldest first.</summary>
    public IReadOnlyCollection<SimulatedTrade> RecentTrades => recentTrades;

    /// <summary>The trades that can be requested over REST, oldest first.</summary>
    public IReadOnlyCollection<SimulatedTrade> HistoricalTrades => historicalTrades;

    /// <summary>The aggregate trades that can be requested over REST, oldest first.</summary>
    public IReadOnlyCollection<SimulatedTrade> HistoricalAggTrades => historicalAggTrades;

    /// <summary>The candles that can be requested over REST.</summary>
    public SimulatedCandles Candles { get; } = new();

    /// <summary>The stream of a dataset.</summary>
    public SimulatedStream Stream(Dataset dataset) => dataset switch
    {
        Dataset.Trades => Trades,
        Dataset.AggTrades => AggTrades,
        Dataset.Depth => Depth,
        _ => throw new ArgumentOutOfRangeException(nameof(dataset), dataset, "Only streamed datasets have a stream."),
    };

    /// <summary>The time of the next event, never before the last.</summary>
    public long AdvanceTo(long micros) => LastMicros = Math.Max(LastMicros, micros);

    /// <summary>Draws whether the next event is a trade.</summary>
    public bool NextIsTrade() => random.NextDouble() < tradeShare;

    /// <summary>Generates the trades of one order: one to three trades of one side, all at one time.</summary>
    public void NextBurst(long micros, List<SimulatedTrade> burst)
    {
        burst.Clear();
        var sells = random.Next(2) == 0;
        var price = sells ? Book.Bids[0].Price : Book.Asks[0].Price;
        for (var left = random.Next(1, MaxBurstTrades + 1); left > 0; left--)
        {
            LastSequence += random.Next(1, 20);
            var trade = new SimulatedTrade(++LastTradeId, micros, price, Book.NextSize(), sells) { Sequence = LastSequence };
            burst.Add(trade);
            Candles.Add(trade);
            AppendBounded(recentTrades, trade, MaxRecentTrades);
            AppendBounded(historicalTrades, trade, MaxHistoricalTrades);
        }
    }

    /// <summary>Aggregates the trades of one order into one.</summary>
    public SimulatedTrade Aggregate(List<SimulatedTrade> burst)
    {
        long size = 0;
        foreach (var trade in burst)
            size += trade.Size;
        var merged = burst[0] with { Id = ++LastAggTradeId, Size = size, FirstTradeId = burst[0].Id, LastTradeId = burst[^1].Id };
        AppendBounded(historicalAggTrades, merged, MaxHistoricalTrades);
        return merged;
    }

    /// <summary>Generates the next diff. With <paramref name="chained"/>, ids have jumps and each diff names its predecessor.</summary>
    public void NextDiff(long micros, SimulatedEvent simulatedEvent, bool chained)
    {
        simulatedEvent.Clear(micros);
        Book.NextDiff(simulatedEvent.LevelUpdates);
        var before = LastUpdateId;
        simulatedEvent.FirstUpdate = before + (chained ? random.Next(1, 500) : 1);
        LastUpdateId = simulatedEvent.FirstUpdate + random.Next(0, 8);
        LastSequence += random.Next(1, 20);
        simulatedEvent.Range = new(before, LastUpdateId);
    }

    private static void AppendBounded(Queue<SimulatedTrade> trades, SimulatedTrade trade, int maxCount)
    {
        if (trades.Count == maxCount)
            trades.Dequeue();
        trades.Enqueue(trade);
    }

    /// <summary>Resets the numbering, as after a restart of the exchange's service.</summary>
    public void ResetNumbering(Dataset dataset)
    {
        switch (dataset)
        {
            case Dataset.Trades:
                LastTradeId = 0;
                historicalTrades.Clear();
                break;
            case Dataset.AggTrades:
                LastAggTradeId = 0;
                historicalAggTrades.Clear();
                break;
            default: LastUpdateId = 0; break;
        }
    }
}
