using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Simulator.Connections;
using Ingester.Simulator.Events;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;
using Ingester.Simulator.Options;
using Ingester.Simulator.Protocols;
using Ingester.Simulator.Statistics;

namespace Ingester.Simulator.Exchanges;

/// <summary>
/// One simulated exchange. All its state is guarded by <see cref="Gate"/>: a snapshot and the first diff after it meet without a gap or an overlap,
/// and each fault knows exactly which events it affected.
/// </summary>
internal sealed class SimulatedExchange : IConnectionOwner
{
    private const ushort NormalClosure = 1000;
    private const ushort PolicyViolation = 1008;
    private readonly TimeProvider clock;
    private readonly ConnectionSettings connectionSettings;
    private readonly MarketPicker picker;
    private readonly SimulatedEvent currentEvent = new();
    private readonly List<SimulatedTrade> burst = [];
    private readonly IFrameWriter frames;
    private readonly IExchangeProtocol protocol;
    private readonly Broadcaster broadcaster;

    /// <summary>Creates the exchange with its initial markets and one delisted market.</summary>
    public SimulatedExchange(SimulatedExchangeProfile profile, SimulatorOptions options, TimeProvider clock)
    {
        (Profile, Options, this.clock) = (profile, options, clock);
        Markets = new(profile.Name);
        var context = new ProtocolContext(profile, Markets, Counters, clock)
        {
            MaxStreamsPerConnection = options.EnforceLimits ? options.Limits.StreamsPerConnection ?? profile.StreamsPerConnection : int.MaxValue,
        };
        (frames, protocol, RestEndpoints) = (profile.CreateFrameWriter(), profile.CreateProtocol(context), profile.CreateRestEndpoints(context));
        connectionSettings = new(clock, Counters, options.MaxQueuedFrames, options.Limits.Messages ?? profile.MessageLimit);
        picker = new(new(StableSeed.Of(options.Seed, profile.Name, "picker")), options.MarketSkew);
        Injector = new(this, new(StableSeed.Of(options.Seed, profile.Name, "faults")));
        Admission = new(this);
        broadcaster = new(this, frames);
        foreach (var spec in MarketSpecFactory.Generate(profile, options))
            AddMarket(spec);
        AddMarket(MarketSpecFactory.Create(profile, options.Seed, "CLOSED", profile.QuoteAssets[0])).State = MarketState.Delisted;
        picker.SetMarkets(Markets.Trading);
    }

    /// <summary>Must be held to read or change the state of the exchange.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The profile of the exchange.</summary>
    public SimulatedExchangeProfile Profile { get; }

    /// <summary>The simulator's options.</summary>
    public SimulatorOptions Options { get; }

    /// <summary>The counters.</summary>
    public SimulatedExchangeCounters Counters { get; } = new();

    /// <summary>The faults so far.</summary>
    public FaultLog FaultLog { get; } = new();

    /// <summary>Injects faults.</summary>
    public FaultInjector Injector { get; }

    /// <summary>The rate limits of connects and requests.</summary>
    public AdmissionControl Admission { get; }

    /// <summary>The REST endpoints.</summary>
    public IRestEndpoints RestEndpoints { get; }

    /// <summary>The connections that are open.</summary>
    public List<ClientConnection> Connections { get; } = [];

    /// <summary>Every market that is listed, trading or not.</summary>
    public SimulatedMarkets Markets { get; }

    /// <summary>Completes after a span of the clock's time.</summary>
    public Task DelayAsync(TimeSpan span) => Task.Delay(span, clock);

    /// <summary>The clock, in microseconds UTC.</summary>
    public long NowMicros => Micros.Now(clock);

    /// <summary>Lists a market, or resumes its trading.</summary>
    public SimulatedMarket ListMarket(string asset, string quote)
    {
        var spec = MarketSpecFactory.Create(Profile, Options.Seed, asset, quote);
        var market = Markets.FindName(spec.Name) ?? AddMarket(spec);
        market.State = MarketState.Trading;
        picker.SetMarkets(Markets.Trading);
        return market;
    }

    /// <summary>
    /// Halts, resumes or delists a market. The market list shows the new status; on exchanges without a status for delisted markets the market is
    /// removed from it. Only a trading market generates events.
    /// </summary>
    public void SetMarketState(string name, MarketState state)
    {
        Markets.GetByName(name).State = state;
        picker.SetMarkets(Markets.Trading);
    }

    /// <summary>Generates the next event, in the given market or in a random one; returns the number of events.</summary>
    public int GenerateEvents(SimulatedMarket? market = null)
    {
        market ??= picker.Next();
        if (market is null)
            return 0;
        var now = NowMicros;
        var micros = market.AdvanceTo(now - now % Profile.TimeUnitMicros);
        var count = market.NextIsTrade() ? EmitTrades(market, micros) : EmitDiff(market, micros);
        Counters.Generated += count;
        return count;
    }

    /// <summary>Creates a connection whose handshake is not answered yet. <paramref name="abort"/> closes it at once.</summary>
    public ClientConnection CreateConnection(ConnectionOrigin origin, Action abort) => new(this, connectionSettings, origin, abort);

    /// <summary>A client has connected.</summary>
    public void OnConnected(ClientConnection connection, string query)
    {
        Counters.Opened++;
        Connections.Add(connection);
        protocol.OnConnected(connection, query);
    }

    /// <summary>A client has sent a message. Called by its read loop.</summary>
    public void OnMessage(ClientConnection connection, ReadOnlyMemory<byte> message)
    {
        lock (Gate)
        {
            if (connection.IsClosed)
                return;
            if (Options.EnforceLimits && !connection.MessageLimit.TryAcquire(NowMicros))
            {
                Counters.CountRefusal("messages");
                connection.Close(PolicyViolation, "Too many requests");
                return;
            }

            try
            {
                using var json = JsonDocument.Parse(message);
                protocol.OnMessage(connection, json.RootElement);
            }
            catch (Exception invalid) when (invalid is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
            {
                Counters.CountRefusal("request");
                connection.Close(PolicyViolation, "Malformed message");
            }
        }
    }

    /// <summary>A client has sent a close frame: the close frame is answered after all queued frames.</summary>
    public void OnCloseReceived(ClientConnection connection)
    {
        lock (Gate)
            connection.Close(NormalClosure, "");
    }

    /// <summary>A client has disconnected or was disconnected.</summary>
    public void OnDisconnected(ClientConnection connection)
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
    public void OnSlowReader(ClientConnection connection)
    {
        Counters.SlowReaders++;
        Injector.LogFault(InjectedFaultKind.SlowReader, connection.Id, $"{Options.MaxQueuedFrames} frames were queued");
        connection.Abort();
    }

    /// <summary>Called by a timer: sends pings and heartbeats, and disconnects clients that did not subscribe in time.</summary>
    public void OnTimer()
    {
        var now = NowMicros;
        foreach (var connection in Connections)
        {
            if (connection.IsClosed)
                continue;
            if (Options.EnforceLimits && Profile.SubscribeTimeout is { } limit && connection.Subscriptions.Count == 0
                && now - connection.Origin.Micros > Micros.From(limit))
                connection.Close(PolicyViolation, "Nothing was subscribed");
            if (Profile.PingInterval is { } span && now >= connection.NextPing)
                SendPing(connection, now, span);
            protocol.OnTimer(connection, now);
        }
    }

    /// <summary>The current statistics.</summary>
    public SimulatedExchangeStats Stats() => new()
    {
        Exchange = Profile.Name,
        Markets = Markets.Trading.Count(),
        Generated = Counters.Generated,
        Withheld = Counters.Withheld,
        Frames = Counters.Frames,
        Connections = Connections.Count,
        Opened = Counters.Opened,
        SlowReaders = Counters.SlowReaders,
        RequestWeight = Counters.RequestWeight,
        Refused = Counters.Refusals(),
        FaultsForgotten = FaultLog.Dropped,
    };

    private static void SendPing(ClientConnection connection, long now, TimeSpan span)
    {
        connection.NextPing = now + Micros.From(span);
        var frame = SharedFrame.Ping(System.Text.Encoding.ASCII.GetBytes($"{now / 1_000}"));
        connection.TrySend(frame);
        frame.Release();
    }

    private SimulatedMarket AddMarket(MarketSpec spec)
    {
        var now = NowMicros;
        var market = new SimulatedMarket(Profile.Name, spec, Options, now - now % Profile.TimeUnitMicros);
        foreach (var stream in new[] { market.Trades, market.AggTrades, market.Depth })
        {
            stream.Truth.FilePath = Options.TruthDirectory is { } folder
                ? Path.Combine(folder, Profile.Name, DatasetNames.Name(stream.Id.Dataset), spec.Name + ".jsonl")
                : null;
        }

        Markets.Add(market);
        return market;
    }

    private int EmitDiff(SimulatedMarket market, long micros)
    {
        market.NextDiff(micros, currentEvent, Profile.HasChainedDiffs);
        if (!Profile.HasDiffIds)
            currentEvent.Range = null;
        Emit(market.Depth);
        return 1;
    }

    private int EmitTrades(SimulatedMarket market, long micros)
    {
        market.NextBurst(micros, burst);
        var trades = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(burst);
        for (var i = 0; i < trades.Length; i = frames.CanGroupTrades ? trades.Length : i + 1)
        {
            currentEvent.SetTrades(frames.CanGroupTrades ? trades : trades.Slice(i, 1));
            Emit(market.Trades);
        }

        if (Profile.HasAggTrades)
        {
            currentEvent.SetTrades([market.Aggregate(burst)]);
            Emit(market.AggTrades);
        }

        return trades.Length;
    }

    private void Emit(SimulatedStream stream)
    {
        if (Options.Faults.Total > 0)
            Injector.InjectRandomly(stream);
        broadcaster.Emit(stream, currentEvent);
    }
}
