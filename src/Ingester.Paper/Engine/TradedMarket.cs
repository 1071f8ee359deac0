using Ingester.Core.Markets;
using Ingester.Paper.Books;
using Ingester.Paper.Execution;
using Ingester.Paper.Feeds;
using Ingester.Paper.History;
using Ingester.Paper.Orders;
using Ingester.Paper.Settings;

namespace Ingester.Paper.Engine;

/// <summary>The state of one traded market: prices, book, simulated orders and position. Not thread-safe.</summary>
internal sealed class TradedMarket
{
    private readonly MarketOptions options;
    private readonly long startMicros;
    private readonly HashSet<string> priceExchanges;
    private string? tradeGap; // ends with the next trade

    /// <summary>Starts without a position.</summary>
    /// <param name="options">The market.</param>
    /// <param name="history">The prices before the start.</param>
    /// <param name="execution">How orders are executed.</param>
    /// <param name="startMicros">The start of the run, microseconds UTC: earlier trades are no part of a bar.</param>
    public TradedMarket(MarketOptions options, PriceHistory history, ExecutionOptions execution, long startMicros)
    {
        (this.options, this.startMicros) = (options, startMicros);
        (History, Rules, Fees) = (history, execution.Rules, execution.Fees);
        priceExchanges = new(options.AllPriceExchanges, StringComparer.Ordinal);
        Feed = new(options.Exchange, options.Pair, options.TradeDataset, HasBook: true);
        Book = new(options.Exchange, options.Pair);
        Simulator = new(execution);
        Position = new(execution.Rules.ContractSize);
        Position.Mark = history.Points.Count > 0 ? history.Points.Last().Price : 0;
    }

    /// <summary>Exchange and market, as in the journal: <c>binance/BTC-USDT</c>.</summary>
    public string Name => $"{options.Exchange}/{options.Pair}";

    /// <summary>The streams of the market on its own exchange.</summary>
    public FeedMarket Feed { get; }

    /// <summary>All streams: those of the market, and the trades of the other exchanges whose prices count.</summary>
    public IReadOnlyList<FeedMarket> Feeds =>
        [Feed, .. options.AllPriceExchanges.Where(exchange => exchange != options.Exchange).Select(exchange => new FeedMarket(exchange, options.Pair, options.TradeDataset, HasBook: false))];

    /// <summary>The prices.</summary>
    public PriceHistory History { get; }

    /// <summary>The open bar.</summary>
    public PriceBar Bar { get; } = new();

    /// <summary>The book.</summary>
    public MarketBook Book { get; }

    /// <summary>The simulated orders.</summary>
    public ExecutionSimulator Simulator { get; }

    /// <summary>What the exchange requires of an order.</summary>
    public InstrumentRules Rules { get; }

    /// <summary>The fees.</summary>
    public FeeSchedule Fees { get; }

    /// <summary>What is held.</summary>
    public Position Position { get; }

    /// <summary>The orders that have not ended, by id.</summary>
    public SortedDictionary<string, OpenPaperOrder> Orders { get; } = new(StringComparer.Ordinal);

    /// <summary>The sides of all orders of the run, by id.</summary>
    public Dictionary<string, OrderSide> Sides { get; } = new(StringComparer.Ordinal);

    /// <summary>Time of the last order, microseconds UTC.</summary>
    public long? LastOrderMicros { get; set; }

    /// <summary>Exchange time of the last trade on the market's own exchange, microseconds UTC.</summary>
    public long? LastTradeMicros { get; private set; }

    /// <summary>True while the book is not known or trades are missing.</summary>
    public bool HasOpenGap => tradeGap is not null || !Book.IsKnown || !Simulator.IsMatching;

    /// <summary>True if the market has a stream.</summary>
    public bool Reads(StreamId stream) => stream.Market == options.Pair && (stream.Exchange == options.Exchange || (priceExchanges.Contains(stream.Exchange) && stream.Dataset == options.TradeDataset));

    /// <summary>Applies an item of one of the market's streams.</summary>
    /// <returns>What happened to orders.</returns>
    /// <exception cref="System.Text.Json.JsonException">A row is not valid.</exception>
    public IReadOnlyList<OrderEvent> Apply(in FeedItem item)
    {
        var stream = item.Stream!;
        if (stream.Dataset != options.TradeDataset)
            return ApplyBook(item);
        var isOwn = stream.Exchange == options.Exchange;
        if (item.Kind != FeedItemKind.Row)
        {
            if (isOwn && item.Kind == FeedItemKind.Gap)
                tradeGap ??= item.Text ?? "Trades are missing.";
            return [];
        }

        if (RecordedTrade.Read(item.Row, LastTradeMicros ?? Simulator.Micros) is not { } trade)
            return [];
        if (trade.Micros >= startMicros && priceExchanges.Contains(stream.Exchange))
            Bar.Add(stream.Exchange, trade.Price, trade.Size);
        if (!isOwn)
            return [];
        var closed = CloseTradeGap(Math.Max(trade.Micros, item.EndMicros));
        (LastTradeMicros, Position.Mark) = (Math.Max(LastTradeMicros ?? 0, trade.Micros), trade.Price);
        return [.. closed, .. Simulator.Apply(trade)];
    }

    /// <summary>The period is over: a gap that did not end is reported.</summary>
    public IReadOnlyList<OrderEvent> Complete(long micros) => [.. CloseTradeGap(null), .. Simulator.AdvanceTo(micros)];

    private IReadOnlyList<OrderEvent> CloseTradeGap(long? end)
    {
        if (tradeGap is not { } text)
            return [];
        tradeGap = null;
        return Simulator.Apply(new DataDefect(MarketStream.Trades, DefectKind.Gap, LastTradeMicros ?? end ?? Simulator.Micros, end, text));
    }

    private IReadOnlyList<OrderEvent> ApplyBook(in FeedItem item)
    {
        var change = Book.Apply(item);
        IReadOnlyList<OrderEvent> events = change.Defect is { } defect ? Simulator.Apply(defect) : [];
        return change.Update is { } update ? [.. events, .. Simulator.Apply(update)] : events;
    }
}
