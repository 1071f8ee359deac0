using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Core.Markets;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Serving;
using Microsoft.AspNetCore.Http;

namespace Ingester.Simulator;

/// <summary>
/// The HTTP control interface of the simulator. <c>GET /_control</c> lists all commands with their query parameters, from the same table that answers
/// them.
/// </summary>
internal sealed class ControlEndpoints
{
    private const string StreamParameters = "exchange,dataset,market";

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly ExchangeSimulator simulator;
    private readonly IReadOnlyList<ControlCommand> commands;

    /// <summary>Creates the interface of a simulator.</summary>
    public ControlEndpoints(ExchangeSimulator simulator)
    {
        this.simulator = simulator;
        commands =
        [
            new("GET", "stats", "", "", "Counters of each exchange.", _ => Serialize(simulator.Exchanges.Select(simulator.Stats))),
            new("GET", "streams", "", "", "Rows sent per stream, with the first and the last id.", _ => SerializeCounts()),
            new("GET", "faults", "", "", "The injected faults and the exact events that each affected.", _ => Serialize(simulator.Faults())),
            new("GET", "connections", "exchange", "", "The open connections of an exchange, with their ids.", query => Serialize(simulator.Connections(query.RequiredText("exchange")))),
            new("GET", "truth", StreamParameters, "", "Every row of a stream, sent or not, as JSON lines.", query => simulator.TruthLines(query.ParseStream())),
            FaultCommand(InjectedFaultKind.Drop, "count,connection", "The next events are dropped for all connections, or for one."),
            FaultCommand(InjectedFaultKind.Repeat, "count", "The next events are sent twice."),
            FaultCommand(InjectedFaultKind.Reorder, "count", "Each of the next events is sent after the event that follows it."),
            FaultCommand(InjectedFaultKind.Mute, "seconds,connection", "The stream sends nothing for that time."),
            FaultCommand(InjectedFaultKind.Garbage, "garbage", "Sends a message that cannot be decoded: truncated, binary or unknown."),
            FaultCommand(InjectedFaultKind.AbsurdTime, "count,ts", "The next events carry this time (microseconds UTC); default: ten years ahead."),
            FaultCommand(InjectedFaultKind.Reset, "", "Resets the numbering of the stream."),
            new("POST", "cut", "exchange", "connection,inside", "Connections are cut without a close frame; inside=true cuts in the middle of a frame.",
                query => Serialize(new { cut = simulator.Cut(query.RequiredText("exchange"), query.Connection, query.IsInsideFrame) })),
            new("POST", "stall", "exchange,connection,seconds", "", "A connection sends nothing for that time, then everything that was queued.",
                query => Serialize(new { done = simulator.Stall(query.RequiredText("exchange"), query.OptionalNumber("connection") ?? 0, query.Duration) })),
            new("POST", "announce", "exchange", "", "The exchange announces that it will shut down (binance, binance-us).",
                query => Serialize(new { done = simulator.AnnounceShutdown(query.RequiredText("exchange")) })),
            new("POST", "refuse", "exchange,seconds", "", "Connections and requests are answered with 429 for that time.", query => RunAndConfirm(() => simulator.Refuse(query.RequiredText("exchange"), query.Duration))),
            new("POST", "list", "exchange,base,quote", "", "A market is added.", query => Serialize(simulator.ListMarket(query.RequiredText("exchange"), query.RequiredText("base"), query.RequiredText("quote")))),
            new("POST", "halt", "exchange,market", "", "A market is halted: its status changes, and it sends nothing.", query => SetMarketState(query, MarketState.Halted)),
            new("POST", "resume", "exchange,market", "", "A market trades again.", query => SetMarketState(query, MarketState.Trading)),
            new("POST", "delist", "exchange,market", "", "A market is removed.", query => SetMarketState(query, MarketState.Delisted)),
            new("POST", "start", "", "", "Events are generated again.", _ => RunAndConfirm(simulator.StartGenerating)),
            new("POST", "stop", "", "", "No more events are generated.", _ => RunAndConfirm(simulator.StopGenerating)),
        ];
    }

    /// <summary>Handles a request.</summary>
    public async Task HandleAsync(HttpContext context, string command)
    {
        if (command.Length == 0)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(HelpText()).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/json";
        try
        {
            var match = commands.FirstOrDefault(one => one.Name == command && one.Method == context.Request.Method);
            context.Response.StatusCode = match is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
            await context.Response.Body.WriteAsync(match is null
                ? Serialize(new { error = $"Unknown command {context.Request.Method} {command}. GET /{SimulatorServer.ControlPath} lists all commands." })
                : match.Run(new(context.Request.Query, match))).ConfigureAwait(false);
        }
        catch (ArgumentException invalid)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(JsonSerializer.Serialize(new { error = invalid.Message }, JsonOptions)).ConfigureAwait(false);
        }
    }

    private static byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, JsonOptions);

    private static byte[] RunAndConfirm(Action action)
    {
        action();
        return Serialize(new { done = true });
    }

    private byte[] SetMarketState(ControlQuery query, MarketState state) => RunAndConfirm(() => simulator.SetMarketState(query.RequiredText("exchange"), query.RequiredText("market"), state));

    private ControlCommand FaultCommand(InjectedFaultKind kind, string optional, string description) =>
        new("POST", kind.ToString().ToLowerInvariant(), StreamParameters, optional, description, query => RunAndConfirm(() => simulator.Inject(query.ParseStream(), query.ParseFault(kind))));

    private byte[] SerializeCounts() => Serialize(simulator.Counts().Select(count => new
    {
        count.Stream.Exchange,
        Dataset = count.Stream.Dataset.Name(),
        count.Stream.Market,
        count.Rows,
        count.Sent,
        count.First,
        count.Last,
    }));

    private string HelpText()
    {
        var text = new StringBuilder("Commands of the simulator. Parameters are query parameters; those in brackets are optional.\n\n");
        foreach (var command in commands)
            text.Append($"{command.Method,-4} /{SimulatorServer.ControlPath}/{command.Name}{command.UsageText()}\n       {command.Description}\n");
        return text.Append($"\nFor example:\n  curl -X POST 'http://127.0.0.1:{simulator.Port}/{SimulatorServer.ControlPath}/drop?exchange=binance&dataset=trades&market=BTC-USDT&count=5'\n").ToString();
    }
}
