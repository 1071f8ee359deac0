using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Recording.Snapshots;

namespace Ingester.Recording.Lanes;

/// <summary>The streams of one lane and what they share. It has no lock: the lane takes its own around every use.</summary>
internal sealed class LaneStreams(IExchange exchange, SegmentContext context, LaneEvents events, TimeProvider clock)
{
    private readonly SymbolTable<MarketStreams> bySymbol = new();
    private readonly List<MarketStreams> markets = []; // in the order of their creation; markets are never removed
    private readonly DoubtfulSpans doubtful = new();
    private LaneCounts counts;
    private LaneCounts reportedCounts;

    /// <summary>Creates the market of an unknown symbol; null where frames with unknown symbols are quarantined.</summary>
    public Func<string, Market?>? UnknownMarketFactory { get; set; }

    /// <summary>Creates the observer of a market. Default: no market is observed.</summary>
    public Func<Market, MarketObserver?> ObserverFactory { get; set; } = static _ => null;

    /// <summary>Keeps the recorders of removed streams; null where removed streams are never added again.</summary>
    public RemovedStreams? Removed { get; set; }

    /// <summary>The exchange.</summary>
    public IExchange Exchange => exchange;

    /// <summary>Options and output of segments.</summary>
    public SegmentContext Context => context;

    /// <summary>Logs and counters.</summary>
    public LaneEvents Events => events;

    /// <summary>The local clock.</summary>
    public TimeProvider Clock => clock;

    /// <summary>The connection quality of the lane.</summary>
    public LaneStatistics Statistics { get; } = new();

    /// <summary>The counts since the lane was created.</summary>
    public ref LaneCounts Counts => ref counts;

    /// <summary>The markets, in the order of their creation.</summary>
    public IReadOnlyList<MarketStreams> Markets => markets;

    /// <summary>The recorders of all streams.</summary>
    public IEnumerable<StreamRecorder> Recorders => markets.SelectMany(market => market.Recorders);

    /// <summary>Returns the streams of a market, or creates them.</summary>
    public MarketStreams GetOrAdd(Market market)
    {
        if (Find(market) is { } known)
            return known;
        var created = new MarketStreams(exchange.Profile, market, context)
        {
            CanOpenUnsubscribed = UnknownMarketFactory is not null,
            Observer = ObserverFactory(market),
            Removed = Removed,
            Doubtful = doubtful,
        };
        bySymbol.Set(market.Symbol, created);
        markets.Add(created);
        return created;
    }

    /// <summary>Returns the streams of a market; null when it is unknown.</summary>
    public MarketStreams? Find(Market market) => bySymbol.TryGet(Encoding.UTF8.GetBytes(market.Symbol), out var known) ? known : null;

    /// <summary>Returns the streams of a symbol; null for an unknown symbol.</summary>
    public MarketStreams? Find(ReadOnlySpan<byte> symbol)
    {
        if (bySymbol.TryGet(symbol, out var known))
            return known;
        return UnknownMarketFactory?.Invoke(Encoding.UTF8.GetString(symbol)) is { } market ? GetOrAdd(market) : null;
    }

    /// <summary>
    /// Returns the market that an undecodable frame names: the frame must be complete JSON and contain exactly one known symbol as a
    /// string; else null.
    /// </summary>
    public MarketStreams? FindNamed(ReadOnlySpan<byte> frame)
    {
        MarketStreams? named = null;
        var json = new Utf8JsonReader(frame);
        try
        {
            while (json.Read())
                if (json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !json.ValueIsEscaped
                    && bySymbol.TryGet(json.ValueSpan, out var market) && market != named)
                {
                    if (named is not null)
                        return null;
                    named = market;
                }
        }
        catch (JsonException)
        {
            return null; // the truncated part may have named another market
        }

        return named;
    }

    /// <summary>Returns the recorder of a stream; null when there is none. No recorder is created.</summary>
    public StreamRecorder? FindRecorder(ReadOnlySpan<byte> symbol, Dataset dataset) =>
        bySymbol.TryGet(symbol, out var market) ? market.FindExisting(dataset) : null;

    /// <summary>Adds an interval of exchange time for which nothing is proven.</summary>
    public void AddDoubtfulSpan((long From, long To)? span)
    {
        if (span is { } known)
            doubtful.Add(known);
    }

    /// <summary>Passes a change in a connection's clock on to all streams, because it affects what they can prove.</summary>
    /// <param name="connection">The clock of the connection.</param>
    /// <param name="change">What changed.</param>
    /// <param name="before">The exchange time before the change, microseconds UTC.</param>
    public void ClockChanged(ConnectionClock connection, ClockChange change, long before)
    {
        AddDoubtfulSpan(connection.DoubtfulSpanOf(change));
        foreach (var stream in Recorders)
            stream.ClockChanged(connection, change, before);
    }

    /// <summary>Whether a connection could carry all streams alone: the worst state of all streams.</summary>
    public TakeoverReadiness TakeoverBy(ConnectionClock connection)
    {
        var worst = TakeoverReadiness.Ready;
        foreach (var stream in Recorders)
            if (stream.GetTakeoverReadiness(connection) is var state && state > worst)
                worst = state;
        return worst;
    }

    /// <summary>Returns the counts since the last call.</summary>
    public LaneCounts TakeNewCounts()
    {
        var since = counts.Since(reportedCounts);
        reportedCounts = counts;
        return since;
    }
}
