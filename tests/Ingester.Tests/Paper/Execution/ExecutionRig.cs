using System.Globalization;
using System.Text.Json;
using Ingester.Paper.Execution;
using Ingester.Paper.Orders;

namespace Ingester.Tests.Paper.Execution;

/// <summary>A simulator, all events that it returned, and all calls as the lines that <c>tests/paper_matcher.py</c> reads.</summary>
internal sealed class ExecutionRig
{
    private readonly ExecutionSimulator simulator;
    private int made;

    public ExecutionRig(ExecutionOptions? options = null)
    {
        var used = options ?? Options();
        simulator = new(used);
        var rules = used.Rules;
        Write(new
        {
            tick = Text(rules.Tick),
            lot = Text(rules.Lot),
            minSize = Text(rules.MinSize),
            minNotional = Text(rules.MinNotional),
            contractSize = Text(rules.ContractSize),
            state = rules.State,
            maker = Text(used.Fees.Maker),
            taker = Text(used.Fees.Taker),
            entry = used.EntryLatency.Quantiles,
            cancel = used.CancelLatency.Quantiles,
            seed = used.Seed,
        });
    }

    public ExecutionSimulator Simulator => simulator;

    public List<OrderEvent> Events { get; } = [];

    public List<string> Lines { get; } = [];

    /// <summary>The submitted orders, in order.</summary>
    public List<Order> Orders { get; } = [];

    public static ExecutionOptions Options(InstrumentRules? rules = null) => new() { Rules = rules ?? new(), Fees = new(0.001m, 0.002m) };

    public static PriceLevel[] Levels(params ReadOnlySpan<(decimal Price, decimal Size)> levels)
    {
        var made = new PriceLevel[levels.Length];
        for (var i = 0; i < made.Length; i++)
            made[i] = new(levels[i].Price, levels[i].Size);
        return made;
    }

    /// <summary>A book with bids at 99, 98, 97 and asks at 101, 102, 103, of size 5 each.</summary>
    public IReadOnlyList<OrderEvent> Start(long micros = 1, decimal? bidHorizon = null, decimal? askHorizon = null, bool isProven = true) =>
        Apply(new BookUpdate(micros, Levels((99, 5), (98, 5), (97, 5)), Levels((101, 5), (102, 5), (103, 5))) { IsSnapshot = true, IsProven = isProven, BidHorizon = bidHorizon, AskHorizon = askHorizon });

    public IReadOnlyList<OrderEvent> Bid(long micros, decimal price, decimal size) => Apply(new BookUpdate(micros, Levels((price, size)), []));

    public IReadOnlyList<OrderEvent> Ask(long micros, decimal price, decimal size) => Apply(new BookUpdate(micros, [], Levels((price, size))));

    public IReadOnlyList<OrderEvent> Trade(long micros, OrderSide? aggressor, decimal price, decimal size) => Apply(new MarketTrade(micros, aggressor, price, size));

    public IReadOnlyList<OrderEvent> Defect(MarketStream stream, DefectKind kind, long from, long? to) => Apply(new DataDefect(stream, kind, from, to, "Test data is missing."));

    public IReadOnlyList<OrderEvent> Apply(MarketInput input)
    {
        Write(input switch
        {
            BookUpdate { IsSnapshot: true } book => new { @in = "snapshot", ts = book.Micros, bids = Pairs(book.Bids), asks = Pairs(book.Asks), bidHorizon = Text(book.BidHorizon), askHorizon = Text(book.AskHorizon), proven = book.IsProven },
            BookUpdate book => new { @in = "change", ts = book.Micros, bids = Pairs(book.Bids), asks = Pairs(book.Asks), bidHorizon = Text(book.BidHorizon), askHorizon = Text(book.AskHorizon) },
            MarketTrade trade => new { @in = "trade", ts = trade.Micros, side = trade.Aggressor is { } side ? Word(side) : null, price = Text(trade.Price), size = Text(trade.Size) },
            DataDefect defect => new { @in = "defect", ts = defect.FromMicros, to = defect.ToMicros, stream = Word(defect.Stream), kind = Word(defect.Kind) },
            _ => throw new ArgumentException("unknown input", nameof(input)),
        });
        return Note(simulator.Apply(input));
    }

    /// <summary>Submits an order and lets arrive what is due.</summary>
    public IReadOnlyList<OrderEvent> Now(long micros, Order order)
    {
        Submit(micros, order);
        return Advance(micros);
    }

    public void Submit(long micros, Order order)
    {
        Write(new { @in = "submit", ts = micros, id = order.Id, side = Word(order.Side), type = Word(order.Type), size = Text(order.Size), limit = Text(order.LimitPrice), tif = order.TimeInForce == TimeInForce.GoodTillCancelled ? "gtc" : "ioc", expire = order.ExpireMicros });
        Orders.Add(order);
        simulator.Submit(order, micros);
    }

    public void Cancel(long micros, string id)
    {
        Write(new { @in = "cancel", ts = micros, id });
        simulator.Cancel(id, micros);
    }

    public IReadOnlyList<OrderEvent> Advance(long micros)
    {
        Write(new { @in = "advance", ts = micros });
        return Note(simulator.AdvanceTo(micros));
    }

    public Order Market(OrderSide side, decimal size) => new($"o{++made}", side, OrderType.Market, size);

    public Order Limit(OrderSide side, decimal price, decimal size) => new($"o{++made}", side, OrderType.Limit, size) { LimitPrice = price };

    /// <summary>The fills with the evidence that flags gave them afterwards.</summary>
    public IEnumerable<(OrderEvent Event, Evidence Evidence)> FinalFills() =>
        from fill in Events.Index().Where(static one => one.Item.Kind == OrderEventKind.Filled)
        select (fill.Item, Events.Skip(fill.Index).Where(one => one.Kind == OrderEventKind.Flagged && one.OrderId == fill.Item.OrderId && one.SinceMicros < fill.Item.Micros)
            .Select(static one => one.Evidence).Append(fill.Item.Evidence).Max());

    /// <summary>The events in the form of <see cref="Describe(JsonElement)"/>.</summary>
    public IEnumerable<string> Describe() => Events.Select(static one => string.Join(' ', new[]
    {
        Word(one.Kind), one.OrderId, one.Micros.ToString(CultureInfo.InvariantCulture), Plain(one.Remaining), Word(one.Evidence),
        one.Kind is OrderEventKind.Rejected or OrderEventKind.Cancelled or OrderEventKind.CancelRejected ? Word(one.Reason) : "",
        one.SinceMicros?.ToString(CultureInfo.InvariantCulture), one.Fill is { } fill ? $"{Plain(fill.Price)} {Plain(fill.Size)} {Plain(fill.Fee)} {Word(fill.Liquidity)}" : "",
    }));

    /// <summary>An event that the script printed.</summary>
    public static string Describe(JsonElement row)
    {
        return string.Join(' ', new[]
        {
            Get("event"), Get("id"), Get("ts"), Plain(Get("remaining")), Get("evidence"), Get("reason"), Get("since"),
            Get("price") is { Length: > 0 } price ? $"{Plain(price)} {Plain(Get("size"))} {Plain(Get("fee"))} {Get("role")}" : "",
        });

        string Get(string name) => row.TryGetProperty(name, out var value) ? value.ToString() : "";
    }

    private static string Plain(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    private static string Plain(string number) => Plain(decimal.Parse(number, CultureInfo.InvariantCulture));

    private static string? Text(decimal? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static string?[][] Pairs(IReadOnlyList<PriceLevel> levels) => [.. levels.Select(static level => new[] { Text(level.Price), Text(level.Size) })];

    private void Write(object line) => Lines.Add(JsonSerializer.Serialize(line));

    private IReadOnlyList<OrderEvent> Note(IReadOnlyList<OrderEvent> events)
    {
        Events.AddRange(events);
        return events;
    }
}
