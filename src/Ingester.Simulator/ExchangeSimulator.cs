using System.Net;
using System.Net.Sockets;
using Ingester.Core.Markets;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Model;
using Ingester.Simulator.Serving;
using Ingester.Simulator.Truth;
using Ingester.Simulator.Venues;
using Ingester.Simulator.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ingester.Simulator;

/// <summary>
/// Simulates several exchanges on one port in their real wire formats. It generates markets, injects faults and reports what it sent. The same
/// functions are available over HTTP under <c>/_control</c>.
/// </summary>
internal sealed class ExchangeSimulator : IAsyncDisposable
{
    /// <summary>Small, so that a client that does not read is detected early and not after megabytes.</summary>
    private const int SendBufferBytes = 131_072;
    private readonly Dictionary<string, SimulatedExchange> exchanges;
    private readonly EventGenerator generator;
    private readonly string host;
    private readonly WebApplication server;

    private ExchangeSimulator(SimulatorOptions options, TimeProvider clock, ILoggerFactory? logs)
    {
        exchanges = options.Exchanges.ToDictionary(name => name, name => new SimulatedExchange(SimulatedExchangeCatalog.Find(name), options, clock), StringComparer.Ordinal);
        generator = new([.. exchanges.Values], options);
        host = options.Host;
        server = Build(options, logs);
        var door = new SimulatorServer(exchanges, new(this));
        server.Run(door.HandleAsync);
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; private set; }

    /// <summary>The exchanges it serves.</summary>
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

    /// <summary>Replaces scheme and authority of an exchange's WebSocket address: <c>ws://127.0.0.1:PORT/binance</c>.</summary>
    public Uri WebSocketAddress(string exchange) => new($"ws://{ReachableHost}:{Port}/{exchange}");

    /// <summary>Replaces scheme and authority of an exchange's REST address: <c>http://127.0.0.1:PORT/binance</c>.</summary>
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
        foreach (var venue in exchanges.Values)
        {
            lock (venue.Gate)
            {
                foreach (var channel in venue.Markets.SelectMany(StreamsOf).SelectMany(stream => stream.Channels))
                    Broadcaster.SendHeldFrame(channel);
            }
        }
    }

    /// <summary>
    /// Generates at least <paramref name="events"/> events at once, in one market or spread over all markets, with the current time of the clock.
    /// Keep the number below <see cref="SimulatorOptions.MaxQueuedFrames"/>: otherwise clients that read in time are disconnected as slow readers.
    /// </summary>
    public int Generate(string exchange, int events, string? market = null)
    {
        var venue = FindExchange(exchange);
        var made = 0;
        lock (venue.Gate)
        {
            var only = market is null ? null : venue.FindName(market);
            while (made < events && venue.GenerateEvents(only) is > 0 and var more)
                made += more;
        }

        return made;
    }

    /// <summary>The markets that trade on an exchange.</summary>
    public IReadOnlyList<Market> Markets(string exchange) => WithLock(exchange, venue => venue.Markets
        .Where(market => market.IsTrading)
        .Select(market => new Market(market.Spec.Name, market.Spec.Symbol))
        .ToList());

    /// <summary>Lists a market while running, or resumes its trading.</summary>
    public Market ListMarket(string exchange, string asset, string quote) => WithLock(exchange, venue =>
    {
        var spec = venue.ListMarket(asset, quote).Spec;
        return new Market(spec.Name, spec.Symbol);
    });

    /// <summary>Halts, resumes or delists a market while running.</summary>
    public void SetMarketState(string exchange, string market, MarketState state) => WithLock(exchange, venue =>
    {
        venue.SetMarketState(market, state);
        return true;
    });

    /// <summary>Number of events of each stream, with the first and last id.</summary>
    public IReadOnlyList<TruthCount> Counts() => [.. exchanges.Keys.SelectMany(exchange => WithLock(exchange, venue => venue.Markets
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

    /// <summary>The rows of a stream as JSON lines.</summary>
    public byte[] TruthLines(StreamId stream) => WithLock(stream.Exchange, venue => FindStream(venue, stream).Truth.ReadLines());

    /// <summary>The true book of a market at this moment: bids and asks, best first, with prices and sizes formatted as in frames.</summary>
    public (IReadOnlyList<(string Price, string Size)> Bids, IReadOnlyList<(string Price, string Size)> Asks) Book(string exchange, string market) =>
        WithLock(exchange, venue =>
        {
            var known = venue.FindName(market);
            return (Levels(known.Book.Bids, known.Spec), Levels(known.Book.Asks, known.Spec));
        });

    /// <summary>Injects a fault into one stream. The resulting entry of <see cref="Faults"/> grows as events are affected.</summary>
    public void Inject(StreamId stream, FaultRequest order) => WithLock(stream.Exchange, venue => venue.Injector.Inject(FindStream(venue, stream), order));

    /// <summary>Drops the next events of a stream for all connections, or for one.</summary>
    public void DropNext(StreamId stream, int count, long? connection = null) =>
        Inject(stream, new(InjectedFaultKind.Drop) { Count = count, Connection = connection });

    /// <summary>Cuts all connections of an exchange, or one; returns the number of cut connections.</summary>
    public int Cut(string exchange, long? connection = null, bool insideFrame = false) =>
        WithLock(exchange, venue => venue.Injector.Cut(connection, insideFrame));

    /// <summary>
    /// Stops the output of one connection for a span of the clock's time; queued frames are sent afterwards. Returns false when the connection does
    /// not exist.
    /// </summary>
    public bool Stall(string exchange, long connection, TimeSpan span) => WithLock(exchange, venue => venue.Injector.Stall(connection, span));

    /// <summary>Makes an exchange announce its shutdown to all clients; returns false when the exchange has no such message.</summary>
    public bool AnnounceShutdown(string exchange) => WithLock(exchange, venue => venue.Injector.AnnounceShutdown());

    /// <summary>Rejects every connect and every request of an exchange with status 429 for a span of the clock's time.</summary>
    public void Refuse(string exchange, TimeSpan span) => WithLock(exchange, venue =>
    {
        venue.Admission.RejectAllFor(span);
        return true;
    });

    /// <summary>All faults injected so far, with the exact events that each affected.</summary>
    public IReadOnlyList<InjectedFault> Faults() => [.. exchanges.Keys.SelectMany(exchange => WithLock(exchange, venue => venue.FaultLog.Copy()))];

    /// <summary>The connections of an exchange.</summary>
    public IReadOnlyList<ConnectionStats> Connections(string exchange) => WithLock(exchange, venue => venue.Connections
        .Where(connection => !connection.IsClosed)
        .Select(connection => new ConnectionStats(connection.Id, connection.Path, connection.Subscriptions.Count, connection.QueuedFrames))
        .ToList());

    /// <summary>The statistics of an exchange.</summary>
    public SimulatedExchangeStats Stats(string exchange) => WithLock(exchange, venue => venue.Stats());

    /// <summary>Closes all connections and flushes the truth files.</summary>
    public async ValueTask DisposeAsync()
    {
        await generator.DisposeAsync().ConfigureAwait(false);
        foreach (var venue in exchanges.Values)
        {
            lock (venue.Gate)
            {
                foreach (var connection in venue.Connections)
                    connection.Abort();
            }
        }

        await server.StopAsync().ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
        foreach (var stream in exchanges.Values.SelectMany(venue => venue.Markets).SelectMany(StreamsOf))
            stream.Truth.Dispose();
    }

    private static IReadOnlyList<(string Price, string Size)> Levels(IEnumerable<SimulatedLevel> side, MarketSpec spec)
    {
        static string Text(long number, int decimals) => System.Text.Encoding.ASCII.GetString(new Wire.Utf8Builder().Decimal(number, decimals).Written);
        return [.. side.Select(level => (Text(level.Price, spec.PriceDecimals), Text(level.Size, spec.SizeDecimals)))];
    }

    private static IEnumerable<SimulatedStream> StreamsOf(SimulatedMarket market) => [market.Trades, market.AggTrades, market.Depth];

    private static SimulatedStream FindStream(SimulatedExchange venue, StreamId stream) => venue.FindName(stream.Market).Stream(stream.Dataset);

    private static WebApplication Build(SimulatorOptions options, ILoggerFactory? logs)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Parse(options.Host), options.Port);
        });
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer, SendBufferBytes);
            return socket;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        if (logs is not null)
            builder.Services.AddSingleton(logs);
        return builder.Build();
    }

    private string ReachableHost => host == "0.0.0.0" ? "127.0.0.1" : host;

    private SimulatedExchange FindExchange(string exchange) => exchanges.GetValueOrDefault(exchange)
        ?? throw new ArgumentException($"The simulator does not serve '{exchange}'; it serves {string.Join(", ", exchanges.Keys)}.", nameof(exchange));

    private T WithLock<T>(string exchange, Func<SimulatedExchange, T> read)
    {
        var venue = FindExchange(exchange);
        lock (venue.Gate)
            return read(venue);
    }
}
