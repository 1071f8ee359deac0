using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Core.Markets;
using Ingester.Simulator.Faults;
using Microsoft.AspNetCore.Http;

namespace Ingester.Simulator.Serving;

/// <summary>
/// The simulator's own HTTP interface. GET: <c>stats</c>, <c>streams</c>, <c>faults</c>, <c>truth</c>, <c>connections</c>. POST, with
/// everything in the query: <c>drop</c>, <c>repeat</c>, <c>reorder</c>, <c>mute</c>, <c>garbage</c>, <c>absurdtime</c>, <c>reset</c> (of a
/// stream: <c>exchange</c>, <c>dataset</c>, <c>market</c>, with <c>count</c>, <c>seconds</c>, <c>connection</c>, <c>garbage</c>,
/// <c>ts</c>), <c>cut</c> (<c>exchange</c>, <c>connection</c>, <c>inside=true</c>), <c>stall</c> (<c>exchange</c>, <c>connection</c>,
/// <c>seconds</c>), <c>announce</c> (<c>exchange</c>), <c>refuse</c>
/// (<c>exchange</c>, <c>seconds</c>), <c>list</c> (<c>exchange</c>, <c>base</c>, <c>quote</c>), <c>halt</c>, <c>resume</c> and
/// <c>delist</c> (<c>exchange</c>, <c>market</c>), <c>start</c>, <c>stop</c>.
/// </summary>
internal sealed class ControlDesk(ExchangeSimulator simulator)
{
    /// <summary>The first part of its paths.</summary>
    public const string Name = "_control";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpContext context, string command)
    {
        try
        {
            var query = new ControlQuery(context.Request.Query);
            var answer = HttpMethods.IsPost(context.Request.Method) ? Do(command, query) : Tell(command, query);
            context.Response.StatusCode = answer is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(answer ?? "{\"error\":\"There is no such command.\"}"u8.ToArray()).ConfigureAwait(false);
        }
        catch (ArgumentException wrong)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(JsonSerializer.Serialize(new { error = wrong.Message }, Json)).ConfigureAwait(false);
        }
    }

    private static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Json);

    private byte[]? Tell(string command, ControlQuery query) => command switch
    {
        "stats" => Write(simulator.Exchanges.Select(simulator.Stats)),
        "faults" => Write(simulator.Faults()),
        "connections" => Write(simulator.Connections(query.Text("exchange"))),
        "truth" => simulator.TruthLines(query.Stream()),
        "streams" => Write(simulator.Counts().Select(count => new
        {
            count.Stream.Exchange,
            Dataset = count.Stream.Dataset.Name(),
            count.Stream.Market,
            count.Rows,
            count.Sent,
            count.First,
            count.Last,
        })),
        _ => null,
    };

    private byte[] Set(ControlQuery query, MarketState state)
    {
        simulator.SetMarket(query.Text("exchange"), query.Text("market"), state);
        return Write(new { done = true });
    }

    private byte[]? Do(string command, ControlQuery query)
    {
        switch (command)
        {
            case "start":
                simulator.StartGenerating();
                return Write(new { done = true });
            case "stop":
                simulator.StopGenerating();
                return Write(new { done = true });
            case "cut": return Write(new { cut = simulator.Cut(query.Text("exchange"), query.Connection, query.Inside) });
            case "stall":
                var named = query.Connection ?? throw new ArgumentException("The query lacks 'connection'.", nameof(query));
                return Write(new { done = simulator.Stall(query.Text("exchange"), named, query.Span) });
            case "announce": return Write(new { done = simulator.AnnounceShutdown(query.Text("exchange")) });
            case "refuse":
                simulator.Refuse(query.Text("exchange"), query.Span);
                return Write(new { done = true });
            case "list": return Write(simulator.ListMarket(query.Text("exchange"), query.Text("base"), query.Text("quote")));
            case "halt": return Set(query, MarketState.Halted);
            case "resume": return Set(query, MarketState.Trading);
            case "delist": return Set(query, MarketState.Delisted);
            default:
                if (!Enum.TryParse<FaultKind>(command, ignoreCase: true, out var kind))
                    return null;
                simulator.Inject(query.Stream(), query.Order(kind));
                return Write(new { done = true });
        }
    }
}

/// <summary>The query of a command.</summary>
internal sealed class ControlQuery(IQueryCollection query)
{
    /// <summary>The connection named, if any.</summary>
    public long? Connection => Number("connection");

    /// <summary>Whether a cut is to fall inside a frame.</summary>
    public bool Inside => query["inside"] == "true";

    /// <summary>A span in seconds.</summary>
    public TimeSpan Span => TimeSpan.FromSeconds(double.TryParse(query["seconds"], CultureInfo.InvariantCulture, out var seconds) ? seconds : 0);

    /// <summary>A text that must be there.</summary>
    public string Text(string name) => query[name].ToString() is { Length: > 0 } text
        ? text
        : throw new ArgumentException($"The query lacks '{name}'.", name);

    /// <summary>The stream named.</summary>
    public StreamId Stream() => DatasetNames.TryParse(Text("dataset"), out var dataset) && dataset.IsStreamed()
        ? new(dataset, Text("exchange"), Text("market"))
        : throw new ArgumentException($"'{Text("dataset")}' is not a streamed dataset.", "dataset");

    /// <summary>The fault ordered.</summary>
    public FaultOrder Order(FaultKind kind) => new(kind)
    {
        Count = (int)(Number("count") ?? 1),
        Span = Span,
        Connection = Connection,
        Micros = Number("ts"),
        Garbage = Enum.TryParse<GarbageKind>(query["garbage"], ignoreCase: true, out var garbage) ? garbage : GarbageKind.Truncated,
    };

    private long? Number(string name) => long.TryParse(query[name], CultureInfo.InvariantCulture, out var number) ? number : null;
}
