using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Model;
using Ingester.Simulator.Serving;
using Ingester.Simulator.Truth;
using Ingester.Simulator.Wire;

namespace Ingester.Simulator.Venues;

/// <summary>
/// One simulated exchange. All its state is guarded by <see cref="Gate"/>: a snapshot and the first diff after it meet without a gap or an overlap,
/// and each fault knows exactly which events it affected.
/// </summary>
internal sealed class Venue
{
    private const ushort NormalClosure = 1000;
    private const ushort PolicyViolation = 1008;
    private readonly TimeProvider clock;
    private readonly Dictionary<string, SimulatedMarket> bySymbol = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedMarket> byName = new(StringComparer.Ordinal);
    private readonly List<SimulatedMarket> markets = [];
    private readonly MarketPicker picker;
    private readonly MarketEvent happened = new();
    private readonly List<Trade> burst = [];
    private readonly IVenueFrames frames;
    private readonly IVenueTalk talk;
    private readonly Broadcaster broadcaster;

    /// <summary>Creates the exchange with its initial markets and one delisted market.</summary>
    public Venue(VenueFacts facts, SimulatorOptions options, TimeProvider clock)
    {
        (Facts, Options, this.clock) = (facts, options, clock);
        (frames, talk, Rest) = Speak();
        picker = new(new(StableSeed.Of(options.Seed, facts.Name, "picker")), options.Skew);
        Injector = new(this, new(StableSeed.Of(options.Seed, facts.Name, "faults")));
        Door = new(this);
        broadcaster = new(this, frames);
        foreach (var spec in MarketNames.Of(facts, options))
            Add(spec);
        Add(MarketNames.Spec(facts, options.Seed, "CLOSED", facts.Quotes[0])).State = MarketState.Delisted;
        picker.Reset(markets.Where(market => market.Trading));
    }

    /// <summary>Must be held to read or change the state of the exchange.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The profile of the exchange.</summary>
    public VenueFacts Facts { get; }

    /// <summary>The simulator's options.</summary>
    public SimulatorOptions Options { get; }

    /// <summary>The counters.</summary>
    public VenueCounters Counters { get; } = new();

    /// <summary>The faults so far.</summary>
    public FaultJournal Journal { get; } = new();

    /// <summary>Injects faults.</summary>
    public FaultInjector Injector { get; }

    /// <summary>The rate limits of connects and requests.</summary>
    public VenueDoor Door { get; }

    /// <summary>The REST endpoints.</summary>
    public IVenueRest Rest { get; }

    /// <summary>The connections that are open.</summary>
    public List<Connection> Connections { get; } = [];

    /// <summary>Every market that is listed, trading or not.</summary>
    public IReadOnlyList<SimulatedMarket> Markets => markets;

    /// <summary>Maximum number of streams per connection.</summary>
    public int StreamLimit => Options.EnforceLimits ? Options.Limits.StreamsPerConnection ?? Facts.StreamsPerConnection : int.MaxValue;

    /// <summary>Completes after a span of the clock's time.</summary>
    public Task Delay(TimeSpan span) => Task.Delay(span, clock);

    /// <summary>The clock, in microseconds UTC.</summary>
    public long Now => Micros.Now(clock);

    /// <summary>The market of a symbol; null when there is none.</summary>
    public SimulatedMarket? FindSymbol(string symbol) => bySymbol.GetValueOrDefault(symbol);

    /// <summary>The market of a canonical name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public SimulatedMarket FindName(string name) => byName.GetValueOrDefault(name)
        ?? throw new ArgumentException($"{Facts.Name} has no market '{name}'.", nameof(name));

    /// <summary>Lists a market, or resumes its trading.</summary>
    public SimulatedMarket List(string asset, string quote)
    {
        var spec = MarketNames.Spec(Facts, Options.Seed, asset, quote);
        var market = byName.GetValueOrDefault(spec.Name) ?? Add(spec);
        market.State = MarketState.Trading;
        picker.Reset(markets.Where(listed => listed.Trading));
        return market;
    }

    /// <summary>
    /// Halts, resumes or delists a market. The market list shows the new status; on exchanges without a status for delisted markets the market is
    /// removed from it. Only a trading market generates events.
    /// </summary>
    public void Set(string name, MarketState state)
    {
        FindName(name).State = state;
        picker.Reset(markets.Where(listed => listed.Trading));
    }

    /// <summary>Generates the next event, in the given market or in a random one; returns the number of events.</summary>
    public int Step(SimulatedMarket? market = null)
    {
        market ??= picker.Next();
        if (market is null)
            return 0;
        var now = Now;
        var micros = market.Tick(now - now % Facts.TimeUnit);
        var made = market.TradesNext() ? Trade(market, micros) : Change(market, micros);
        Counters.Generated += made;
        return made;
    }

    /// <summary>Subscribes a connection; a name without a channel is kept as well.</summary>
    public void Subscribe(Connection connection, string name, Channel? channel)
    {
        if (!connection.Subscriptions.TryAdd(name, channel) || channel is null)
            return;
        Broadcaster.ReleaseHeld(channel);
        channel.Subscribers.Add(connection);
        channel.Stream.Truth.Asked = true;
    }

    /// <summary>A client has connected.</summary>
    public void Opened(Connection connection, string query)
    {
        Counters.Opened++;
        Connections.Add(connection);
        talk.Opened(connection, query);
    }

    /// <summary>A client has sent a message. Called by its read loop.</summary>
    public void Received(Connection connection, ReadOnlyMemory<byte> message)
    {
        lock (Gate)
        {
            if (connection.Ended)
                return;
            if (Options.EnforceLimits && !connection.Messages.TryTake(Now))
            {
                Counters.Refuse("messages");
                connection.Close(PolicyViolation, "Too many requests");
                return;
            }

            try
            {
                using var json = JsonDocument.Parse(message);
                talk.Received(connection, json.RootElement);
            }
            catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
            {
                Counters.Refuse("request");
                connection.Close(PolicyViolation, "Malformed message");
            }
        }
    }

    /// <summary>A client has sent a close frame: the close frame is answered after all queued frames.</summary>
    public void Leaving(Connection connection)
    {
        lock (Gate)
            connection.Close(NormalClosure, "");
    }

    /// <summary>A client has disconnected or was disconnected.</summary>
    public void Left(Connection connection)
    {
        lock (Gate)
        {
            connection.Cut(insideFrame: false);
            Connections.Remove(connection);
            foreach (var name in connection.Subscriptions.Keys.ToList())
                connection.Unsubscribe(name);
        }
    }

    /// <summary>A client does not read: it is disconnected, and its queued frames are lost.</summary>
    public void SlowReader(Connection connection)
    {
        Counters.SlowReaders++;
        Injector.Note(FaultKind.SlowReader, connection.Id, $"{Options.ConnectionQueue} frames were queued");
        connection.Abort();
    }

    /// <summary>Called by a timer: sends pings and heartbeats, and disconnects clients that did not subscribe in time.</summary>
    public void Beat()
    {
        var now = Now;
        foreach (var connection in Connections)
        {
            if (connection.Ended)
                continue;
            if (Options.EnforceLimits && Facts.SubscribeWithin is { } limit && connection.Subscriptions.Count == 0
                && now - connection.Origin.Micros > Micros.From(limit))
                connection.Close(PolicyViolation, "Nothing was subscribed");
            if (Facts.Ping is { } span && now >= connection.NextPing)
                Ping(connection, now, span);
            talk.Beat(connection, now);
        }
    }

    /// <summary>The current statistics.</summary>
    public VenueStats Stats() => new()
    {
        Exchange = Facts.Name,
        Markets = markets.Count(market => market.Trading),
        Generated = Counters.Generated,
        Withheld = Counters.Withheld,
        Frames = Counters.Frames,
        Connections = Connections.Count,
        Opened = Counters.Opened,
        SlowReaders = Counters.SlowReaders,
        Refused = Counters.Refused(),
        FaultsForgotten = Journal.Forgotten,
    };

    private static void Ping(Connection connection, long now, TimeSpan span)
    {
        connection.NextPing = now + Micros.From(span);
        var frame = SharedFrame.Ping(System.Text.Encoding.ASCII.GetBytes($"{now / 1_000}"));
        connection.TrySend(frame);
        frame.Release();
    }

    private (IVenueFrames Frames, IVenueTalk Talk, IVenueRest Answers) Speak()
    {
        switch (Facts.Wire)
        {
            case WireKind.Coinbase: return (new CoinbaseFrames(), new CoinbaseTalk(this), new CoinbaseRest(this));
            case WireKind.Kraken:
                var kraken = new KrakenFrames();
                return (kraken, new KrakenTalk(this, kraken), new KrakenRest(this));
            default:
                var futures = Facts.Wire == WireKind.BinanceFutures;
                return (new BinanceFrames(futures), new BinanceTalk(this), new BinanceRest(this, futures));
        }
    }

    private SimulatedMarket Add(MarketSpec spec)
    {
        var now = Now;
        var market = new SimulatedMarket(Facts.Name, spec, Options, now - now % Facts.TimeUnit);
        foreach (var stream in new[] { market.Trades, market.MergedTrades, market.Depth })
        {
            stream.Truth.File = Options.TruthDirectory is { } folder
                ? Path.Combine(folder, Facts.Name, DatasetNames.Name(stream.Id.Dataset), spec.Name + ".jsonl")
                : null;
        }

        markets.Add(market);
        bySymbol.Add(spec.Symbol, market);
        byName.Add(spec.Name, market);
        return market;
    }

    private int Change(SimulatedMarket market, long micros)
    {
        market.NextChange(micros, happened, chained: Facts.Wire == WireKind.BinanceFutures);
        if (!Facts.MergesTrades)
            happened.Range = null;
        Emit(market.Depth);
        return 1;
    }

    private int Trade(SimulatedMarket market, long micros)
    {
        market.NextBurst(micros, burst);
        var trades = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(burst);
        for (var i = 0; i < trades.Length; i = frames.GroupsTrades ? trades.Length : i + 1)
        {
            happened.SetTrades(frames.GroupsTrades ? trades : trades.Slice(i, 1));
            Emit(market.Trades);
        }

        if (Facts.MergesTrades)
        {
            happened.SetTrades([market.Merge(burst)]);
            Emit(market.MergedTrades);
        }

        return trades.Length;
    }

    private void Emit(SimulatedStream stream)
    {
        if (Options.Faults.Any > 0)
            Injector.Roll(stream);
        broadcaster.Emit(stream, happened);
    }
}
