using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Core.Markets;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Truth;
using Microsoft.AspNetCore.Http;

namespace Ingester.Simulator.Serving;

/// <summary>
/// The HTTP control interface of the simulator. <c>GET /_control</c> lists all commands with their query parameters, from the same table that answers
/// them.
/// </summary>
internal sealed class ControlDesk
{
    /// <summary>The first segment of its paths.</summary>
    public const string Name = "_control";

    private const string Stream = "exchange,dataset,market";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly ExchangeSimulator simulator;
    private readonly IReadOnlyList<ControlCommand> commands;

    /// <summary>Creates the interface of a simulator.</summary>
    public ControlDesk(ExchangeSimulator simulator)
    {
        this.simulator = simulator;
        commands =
        [
            new("GET", "stats", "", "", "Counters of each exchange.", _ => Write(simulator.Exchanges.Select(simulator.Stats))),
            new("GET", "streams", "", "", "Rows sent per stream, with the first and the last id.", _ => Streams()),
            new("GET", "faults", "", "", "The injected faults and the exact events that each affected.", _ => Write(simulator.Faults())),
            new("GET", "connections", "exchange", "", "The open connections of an exchange, with their ids.", query => Write(simulator.Connections(query.Text("exchange")))),
            new("GET", "truth", Stream, "", "Every row of a stream, sent or not, as JSON lines.", query => simulator.TruthLines(query.Stream())),
            Fault(FaultKind.Drop, "count,connection", "The next events are dropped for all connections, or for one."),
            Fault(FaultKind.Repeat, "count", "The next events are sent twice."),
            Fault(FaultKind.Reorder, "count", "Each of the next events is sent after the event that follows it."),
            Fault(FaultKind.Mute, "seconds,connection", "The stream sends nothing for that time."),
            Fault(FaultKind.Garbage, "garbage", "Sends a message that cannot be decoded: truncated, binary or unknown."),
            Fault(FaultKind.AbsurdTime, "count,ts", "The next events carry this time (microseconds UTC); default: ten years ahead."),
            Fault(FaultKind.Reset, "", "Resets the numbering of the stream."),
            new("POST", "cut", "exchange", "connection,inside", "Connections are cut without a close frame; inside=true cuts in the middle of a frame.",
                query => Write(new { cut = simulator.Cut(query.Text("exchange"), query.Connection, query.Inside) })),
            new("POST", "stall", "exchange,connection,seconds", "", "A connection sends nothing for that time, then everything that was queued.",
                query => Write(new { done = simulator.Stall(query.Text("exchange"), query.Number("connection") ?? 0, query.Span) })),
            new("POST", "announce", "exchange", "", "The exchange announces that it will shut down (binance, binance-us).",
                query => Write(new { done = simulator.AnnounceShutdown(query.Text("exchange")) })),
            new("POST", "refuse", "exchange,seconds", "", "Connections and requests are answered with 429 for that time.", query => Done(() => simulator.Refuse(query.Text("exchange"), query.Span))),
            new("POST", "list", "exchange,base,quote", "", "A market is added.", query => Write(simulator.ListMarket(query.Text("exchange"), query.Text("base"), query.Text("quote")))),
            new("POST", "halt", "exchange,market", "", "A market is halted: its status changes, and it sends nothing.", query => Set(query, MarketState.Halted)),
            new("POST", "resume", "exchange,market", "", "A market trades again.", query => Set(query, MarketState.Trading)),
            new("POST", "delist", "exchange,market", "", "A market is removed.", query => Set(query, MarketState.Delisted)),
            new("POST", "start", "", "", "Events are generated again.", _ => Done(simulator.StartGenerating)),
            new("POST", "stop", "", "", "No more events are generated.", _ => Done(simulator.StopGenerating)),
        ];
    }

    /// <summary>Handles a request.</summary>
    public async Task AnswerAsync(HttpContext context, string command)
    {
        if (command.Length == 0)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(Help()).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/json";
        try
        {
            var found = commands.FirstOrDefault(one => one.Name == command && one.Method == context.Request.Method);
            context.Response.StatusCode = found is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
            await context.Response.Body.WriteAsync(found is null
                ? Write(new { error = $"Unknown command {context.Request.Method} {command}. GET /{Name} lists all commands." })
                : found.Run(new(context.Request.Query, found))).ConfigureAwait(false);
        }
        catch (ArgumentException wrong)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(JsonSerializer.Serialize(new { error = wrong.Message }, Json)).ConfigureAwait(false);
        }
    }

    private static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Json);

    private static byte[] Done(Action act)
    {
        act();
        return Write(new { done = true });
    }

    private byte[] Set(ControlQuery query, MarketState state) => Done(() => simulator.SetMarket(query.Text("exchange"), query.Text("market"), state));

    private ControlCommand Fault(FaultKind kind, string optional, string says) =>
        new("POST", kind.ToString().ToLowerInvariant(), Stream, optional, says, query => Done(() => simulator.Inject(query.Stream(), query.Order(kind))));

    private byte[] Streams() => Write(simulator.Counts().Select(count => new
    {
        count.Stream.Exchange,
        Dataset = count.Stream.Dataset.Name(),
        count.Stream.Market,
        count.Rows,
        count.Sent,
        count.First,
        count.Last,
    }));

    private string Help()
    {
        var text = new StringBuilder("Commands of the simulator. Parameters are query parameters; those in brackets are optional.\n\n");
        foreach (var command in commands)
            text.Append($"{command.Method,-4} /{Name}/{command.Name}{command.Form()}\n       {command.Says}\n");
        return text.Append($"\nFor example:\n  curl -X POST 'http://127.0.0.1:{simulator.Port}/{Name}/drop?exchange=binance&dataset=trades&market=BTC-USDT&count=5'\n").ToString();
    }
}
