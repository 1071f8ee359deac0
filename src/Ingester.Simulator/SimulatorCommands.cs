using Ingester.Core.Markets;
using Ingester.Simulator.Faults;
using static Ingester.Simulator.ControlCommand;

namespace Ingester.Simulator;

/// <summary>The control commands of the simulator.</summary>
internal static class SimulatorCommands
{
    private const string StreamParameters = "exchange,dataset,market";

    /// <summary>The commands of a simulator.</summary>
    public static IReadOnlyList<ControlCommand> Create(ExchangeSimulator simulator) =>
    [
        new("GET", "stats", "", "", "Counters of each exchange.", _ => Serialize(simulator.Exchanges.Select(simulator.Stats))),
        new("GET", "streams", "", "", "Rows sent per stream, with the first and the last id.", _ => SerializeCounts(simulator)),
        new("GET", "faults", "", "", "The injected faults and the exact events that each affected.", _ => Serialize(simulator.Faults())),
        new("GET", "connections", "exchange", "", "The open connections of an exchange, with their ids.", query => Serialize(simulator.Connections(query.RequiredText("exchange")))),
        new("GET", "truth", StreamParameters, "", "Every row of a stream, sent or not, as JSON lines.", query => simulator.TruthLines(query.ParseStream())),
        FaultCommand(simulator, InjectedFaultKind.Drop, "count,connection", "The next events are dropped for all connections, or for one."),
        FaultCommand(simulator, InjectedFaultKind.Repeat, "count", "The next events are sent twice."),
        FaultCommand(simulator, InjectedFaultKind.Reorder, "count", "Each of the next events is sent after the event that follows it."),
        FaultCommand(simulator, InjectedFaultKind.Mute, "seconds,connection", "The stream sends nothing for that time."),
        FaultCommand(simulator, InjectedFaultKind.Garbage, "garbage", "Sends a message that cannot be decoded: truncated, binary or unknown."),
        FaultCommand(simulator, InjectedFaultKind.AbsurdTime, "count,ts", "The next events carry this time (microseconds UTC); default: ten years ahead."),
        FaultCommand(simulator, InjectedFaultKind.Reset, "", "Resets the numbering of the stream."),
        new("POST", "cut", "exchange", "connection,inside", "Connections are cut without a close frame; inside=true cuts in the middle of a frame.",
            query => Serialize(new { cut = simulator.Cut(query.RequiredText("exchange"), query.Connection, query.IsInsideFrame) })),
        new("POST", "stall", "exchange,connection,seconds", "", "A connection sends nothing for that time, then everything that was queued.",
            query => Serialize(new { done = simulator.Stall(query.RequiredText("exchange"), query.OptionalNumber("connection") ?? 0, query.Duration) })),
        new("POST", "announce", "exchange", "", "The exchange announces that it will shut down (binance, binance-us).",
            query => Serialize(new { done = simulator.AnnounceShutdown(query.RequiredText("exchange")) })),
        new("POST", "refuse", "exchange,seconds", "", "Connections and requests are answered with 429 for that time.", query => RunAndConfirm(() => simulator.Refuse(query.RequiredText("exchange"), query.Duration))),
        new("POST", "list", "exchange,base,quote", "", "A market is added.", query => Serialize(simulator.ListMarket(query.RequiredText("exchange"), query.RequiredText("base"), query.RequiredText("quote")))),
        new("POST", "halt", "exchange,market", "", "A market is halted: its status changes, and it sends nothing.", query => SetMarketState(simulator, query, MarketState.Halted)),
        new("POST", "resume", "exchange,market", "", "A market trades again.", query => SetMarketState(simulator, query, MarketState.Trading)),
        new("POST", "delist", "exchange,market", "", "A market is removed.", query => SetMarketState(simulator, query, MarketState.Delisted)),
        new("POST", "fail-candles", "exchange,market", "", "Requests for candles of a market are answered with 500.", query => RunAndConfirm(() => simulator.FailCandles(query.RequiredText("exchange"), query.RequiredText("market")))),
        new("POST", "start", "", "", "Events are generated again.", _ => RunAndConfirm(simulator.StartGenerating)),
        new("POST", "stop", "", "", "No more events are generated.", _ => RunAndConfirm(simulator.StopGenerating)),
    ];

    private static byte[] SetMarketState(ExchangeSimulator simulator, ControlQuery query, MarketState state) => RunAndConfirm(() => simulator.SetMarketState(query.RequiredText("exchange"), query.RequiredText("market"), state));

    private static ControlCommand FaultCommand(ExchangeSimulator simulator, InjectedFaultKind kind, string optional, string description) =>
        new("POST", kind.ToString().ToLowerInvariant(), StreamParameters, optional, description, query => RunAndConfirm(() => simulator.Inject(query.ParseStream(), query.ParseFault(kind))));

    private static byte[] SerializeCounts(ExchangeSimulator simulator) => Serialize(simulator.Counts().Select(count => new
    {
        count.Stream.Exchange,
        Dataset = count.Stream.Dataset.Name(),
        count.Stream.Market,
        count.Rows,
        count.Sent,
        count.First,
        count.Last,
    }));
}
