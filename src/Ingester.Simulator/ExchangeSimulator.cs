using Ingester.Core.Markets;
using Ingester.Simulator.Archive;
using Ingester.Simulator.Events;
using Ingester.Simulator.Exchanges;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;
using Ingester.Simulator.Options;
using Ingester.Simulator.Serving;
using Ingester.Simulator.Statistics;
using Ingester.Simulator.Truth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ingester.Simulator;

/// <summary>
/// Simulates several exchanges on one port in their real wire formats. It generates markets, injects faults and reports what it sent. The same
/// functions are available over HTTP under <c>/_control</c>.
/// </summary>
internal sealed class ExchangeSimulator : ISimulatedServer, IAsyncDisposable
{
    private readonly Dictionary<string, SimulatedExchange> exchanges;
    private readonly EventGenerator generator;
    private readonly string host;
    private readonly WebApplication server;

    private ExchangeSimulator(SimulatorOptions options, TimeProvider clock, ILoggerFactory? logs)
    {
        var served = options.Exchanges.Count > 0 ? options.Exchanges : SimulatedExchangeCatalog.Names;
        exchanges = served.ToDictionary(name => name, name => new SimulatedExchange(SimulatedExchangeCatalog.Find(name), options, clock), StringComparer.Ordinal);
        generator = new([.. exchanges.Values], options);
        host = options.Host;
        server = SimulatorHost.Build(options.Host, options.Port, logs);
        server.Run(new SimulatorServer(exchanges, new ControlEndpoints("simulator", SimulatorCommands.Create(this), () => $"{ReachableHost}:{Port}", "drop?exchange=binance&dataset=trades&market=BTC-USDT&count=5").HandleAsync,
            new PublishedArchive(FindMarket, TruthLines).HandleAsync).HandleAsync);
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Exchanges => exchanges.Keys;

    /// <summary>Starts the simulator.</summary>
    public static async Task<ExchangeSimulator> StartAsync(SimulatorOptions options, TimeProvider? clock = null, ILoggerFactory? logs = null)
    {
        var simulator = new ExchangeSimulator(options, clock ?? TimeProvider.System, logs);
        await simulator.server.StartAsync().ConfigureAwait(false);
        simulator.Port = new Uri(simulator.server.Urls.First()).Port;
        simulator.generator.Start();
        return simulator;
    }

    /// <inheritdoc/>
    public Uri WebSocketAddress(string exchange) => new($"ws://{ReachableHost}:{Port}/{exchange}");

    /// <inheritdoc/>
    public Uri RestAddress(string exchange) => new($"http://{ReachableHost}:{Port}/{exchange}");

    /// <summary>Resumes the generation of events.</summary>
    public void StartGenerating() => generator.IsGenerating = true;

    /// <summary>
    /// Stops the generation of events. After the return no further event is generated; connections stay open, and frames held back by a reorder fault
    /// are sent.
    /// </summary>
    public void StopGenerating()
    {
        generator.IsGenerating = false;
        foreach (var simulated in exchanges.Values)
        {
            lock (simulated.Gate)
            {
                foreach (var channel in simulated.Markets.All.SelectMany(StreamsOf).SelectMany(stream => stream.Channels))
                    channel.SendHeldFrame();
            }
        }
    }

    /// <summary>
    /// Generates at least <paramref name="events"/> events at once, in one market or spread over all markets, with the current time of the clock.
    /// Keep the number below <see cref="SimulatorOptions.MaxQueuedFrames"/>: otherwise clients that read in time are disconnected as slow readers.
    /// </summary>
    public int Generate(string exchange, int events, string? market = null)
    {
        var simulated = FindExchange(exchange);
        var count = 0;
        lock (simulated.Gate)
        {
            var only = market is null ? null : simulated.Markets.GetByName(market);
            while (count < events && simulated.GenerateEvents(only) is > 0 and var added)
                count += added;
        }

        return count;
    }

    /// <summary>The markets that trade on an exchange.</summary>
    public IReadOnlyList<Market> Markets(string exchange) => WithLock(exchange, simulated => simulated.Markets.Trading
        .Select(market => new Market(market.Spec.Name, market.Spec.Symbol))
        .ToList());

    /// <summary>Lists a market while running, or resumes its trading.</summary>
    public Market ListMarket(string exchange, string asset, string quote) => WithLock(exchange, simulated =>
    {
        var spec = simulated.ListMarket(asset, quote).Spec;
        return new Market(spec.Name, spec.Symbol);
    });

    /// <summary>Halts, resumes or delists a market while running.</summary>
    public void SetMarketState(string exchange, string market, MarketState state) => WithLock(exchange, simulated =>
    {
        simulated.SetMarketState(market, state);
        return true;
    });

    /// <summary>Makes requests for candles of a market fail with status 500, or succeed again.</summary>
    public void FailCandles(string exchange, string market, bool fail = true) => WithLock(exchange, simulated => simulated.Markets.GetByName(market).Candles.Fail = fail);

    /// <summary>Number of events of each stream, with the first and last id.</summary>
    public IReadOnlyList<TruthCount> Counts() => [.. exchanges.Keys.SelectMany(exchange => WithLock(exchange, simulated => simulated.Markets.All
        .SelectMany(StreamsOf)
        .Where(stream => stream.Truth.Rows > 0)
        .Select(stream => new TruthCount(stream.Id, stream.Truth.Rows, stream.Truth.Sent, stream.Truth.First, stream.Truth.Last))
        .ToList()))];

    /// <summary>Every row of a stream since its first subscription, in sequence order, sent or not.</summary>
    public IEnumerable<TruthRow> Truth(StreamId stream)
    {
        var lines = TruthLines(stream);
        for (var at = 0; at < lines.Length;)
        {
            var end = Array.IndexOf(lines, (byte)'\n', at);
            yield return TruthRow.Parse(lines.AsSpan(at, end - at));
            at = end + 1;
        }
    }

    private string? FindMarket(string exchange, string symbol) =>
        exchanges.ContainsKey(exchange) ? WithLock(exchange, simulated => simulated.Markets.FindSymbol(symbol)?.Spec.Name) : null;

    /// <summary>The rows of a stream as JSON lines.</summary>
    public byte[] TruthLines(StreamId stream) => WithLock(stream.Exchange, simulated => FindStream(simulated, stream).Truth.ReadLines());

    /// <summary>The true book of a market at this moment: bids and asks, best first, with prices and sizes formatted as in frames.</summary>
    public (IReadOnlyList<(string Price, string Size)> Bids, IReadOnlyList<(string Price, string Size)> Asks) Book(string exchange, string market) =>
        WithLock(exchange, simulated =>
        {
            var listed = simulated.Markets.GetByName(market);
            return (Levels(listed.Book.Bids, listed.Spec), Levels(listed.Book.Asks, listed.Spec));
        });

    /// <summary>Injects a fault into one stream. The resulting entry of <see cref="Faults"/> grows as events are affected.</summary>
    public void Inject(StreamId stream, FaultRequest request) => WithLock(stream.Exchange, simulated => simulated.Injector.Inject(FindStream(simulated, stream), request));

    /// <summary>Drops the next events of a stream for all connections, or for one.</summary>
    public void DropNext(StreamId stream, int count, long? connection = null) =>
        Inject(stream, new(InjectedFaultKind.Drop) { Count = count, Connection = connection });

    /// <summary>Cuts all connections of an exchange, or one; returns the number of cut connections.</summary>
    public int Cut(string exchange, long? connection = null, bool insideFrame = false) =>
        WithLock(exchange, simulated => simulated.Injector.Cut(connection, insideFrame));

    /// <summary>
    /// Stops the output of one connection for a span of the clock's time; queued frames are sent afterwards. Returns false when the connection does
    /// not exist.
    /// </summary>
    public bool Stall(string exchange, long connection, TimeSpan span) => WithLock(exchange, simulated => simulated.Injector.Stall(connection, span));

    /// <summary>Makes an exchange announce its shutdown to all clients; returns false when the exchange has no such message.</summary>
    public bool AnnounceShutdown(string exchange) => WithLock(exchange, simulated => simulated.Injector.AnnounceShutdown());

    /// <summary>Rejects every connect and every request of an exchange with status 429 for a span of the clock's time.</summary>
    public void Refuse(string exchange, TimeSpan span) => WithLock(exchange, simulated =>
    {
        simulated.Admission.RejectAllFor(span);
        return true;
    });

    /// <summary>All faults injected so far, with the exact events that each affected.</summary>
    public IReadOnlyList<InjectedFault> Faults() => [.. exchanges.Keys.SelectMany(exchange => WithLock(exchange, simulated => simulated.FaultLog.Copy()))];

    /// <summary>The connections of an exchange.</summary>
    public IReadOnlyList<ConnectionStats> Connections(string exchange) => WithLock(exchange, simulated => simulated.Connections
        .Where(connection => !connection.IsClosed)
        .Select(connection => new ConnectionStats(connection.Id, connection.Path, connection.Subscriptions.Count, connection.QueuedFrames))
        .ToList());

    /// <summary>The statistics of an exchange.</summary>
    public SimulatedExchangeStats Stats(string exchange) => WithLock(exchange, simulated => simulated.Stats());

    /// <summary>Closes all connections and flushes the truth files.</summary>
    public async ValueTask DisposeAsync()
    {
        await generator.DisposeAsync().ConfigureAwait(false);
        foreach (var simulated in exchanges.Values)
        {
            lock (simulated.Gate)
            {
                foreach (var connection in simulated.Connections)
                    connection.Abort();
            }
        }

        await server.StopAsync().ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
        foreach (var stream in exchanges.Values.SelectMany(simulated => simulated.Markets.All).SelectMany(StreamsOf))
            stream.Truth.Dispose();
    }

    private static IReadOnlyList<(string Price, string Size)> Levels(IEnumerable<SimulatedLevel> side, MarketSpec spec)
    {
        static string Text(long number, int decimals) => System.Text.Encoding.ASCII.GetString(new Utf8Builder().Decimal(number, decimals).Written);
        return [.. side.Select(level => (Text(level.Price, spec.PriceDecimals), Text(level.Size, spec.SizeDecimals)))];
    }

    private static IEnumerable<SimulatedStream> StreamsOf(SimulatedMarket market) => [market.Trades, market.AggTrades, market.Depth];

    private static SimulatedStream FindStream(SimulatedExchange simulated, StreamId stream) => simulated.Markets.GetByName(stream.Market).Stream(stream.Dataset);

    private string ReachableHost => host == "0.0.0.0" ? "127.0.0.1" : host;

    private SimulatedExchange FindExchange(string exchange) => exchanges.GetValueOrDefault(exchange)
        ?? throw new ArgumentException($"The simulator does not serve '{exchange}'; it serves {string.Join(", ", exchanges.Keys)}.", nameof(exchange));

    private T WithLock<T>(string exchange, Func<SimulatedExchange, T> read)
    {
        var simulated = FindExchange(exchange);
        lock (simulated.Gate)
            return read(simulated);
    }
}
