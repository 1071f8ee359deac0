using System.Buffers;
using Ingester.Core.Archives;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Exchanges;

/// <summary>The facts of an exchange. <c>docs/exchanges</c> lists every number with its source.</summary>
internal sealed record ExchangeProfile
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The name in keys and configuration, such as <c>binance-us</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The datasets that the exchange sends, each with its kind of sequence and its endpoint.</summary>
    public required IReadOnlyList<DatasetProfile> Datasets { get; init; }

    /// <summary>The requests of the market lists, which together name all markets. Pages that follow: <see cref="IPagedMarketList"/>.</summary>
    public required IReadOnlyList<RestCall> MarketLists { get; init; }

    /// <summary>How the exchange's market statuses map to states.</summary>
    public required MarketStatuses MarketStatuses { get; init; }

    /// <summary>Maximum number of streams (dataset × market) per connection.</summary>
    public required int StreamsPerConnection { get; init; }

    /// <summary>Rate limit of client messages per connection, pings and pongs included.</summary>
    public required RateLimit MessageLimit { get; init; }

    /// <summary>Rate limit of connection attempts.</summary>
    public required RateLimit ConnectionLimit { get; init; }

    /// <summary>Rate limit of client messages over all connections of one IP address; null when only each connection is limited.</summary>
    public RateLimit? AddressMessageLimit { get; init; }

    /// <summary>Rate limit of REST request weight per IP address.</summary>
    public required RateLimit RequestWeightLimit { get; init; }

    /// <summary>Weight of a market list request, counted against <see cref="RequestWeightLimit"/>.</summary>
    public int MarketListWeight { get; init; } = 1;

    /// <summary>The REST response header with the request weight that this IP address has used; null when there is none.</summary>
    public string? UsedWeightHeader { get; init; }

    /// <summary>
    /// Builds the message, with a request id, that requests the list of a connection's subscriptions. The exchange answers with one <see
    /// cref="NoticeKind.SubscriptionListed"/> for each stream, then an acknowledgement. Null when the exchange has no such request.
    /// </summary>
    public Func<long, string>? ListSubscriptionsMessage { get; init; }

    /// <summary>
    /// True when a subscribe message replaces the earlier ones of its connection: one message subscribes all streams, there is none that unsubscribes, and a connection whose
    /// streams change gets a successor. Default false.
    /// </summary>
    public bool ReplacesSubscriptions { get; init; }

    /// <summary>Age at which the exchange closes a connection; null when it documents none.</summary>
    public TimeSpan? MaxConnectionAge { get; init; }

    /// <summary>A connection that received no frame and no ping for this long counts as dead.</summary>
    public required TimeSpan SilenceLimit { get; init; }

    /// <summary>A message that the client sends to keep the connection alive; null when protocol pings suffice.</summary>
    public string? PingMessage { get; init; }

    /// <summary>Interval between two <see cref="PingMessage"/> messages.</summary>
    public TimeSpan PingInterval { get; init; }

    /// <summary>Messages that are sent first on each connection, such as one that requests heartbeats. Default: none.</summary>
    public IReadOnlyList<string> OpeningMessages { get; init; } = [];

    /// <summary>
    /// Headers that are sent with each WebSocket handshake and each REST request. Names are tokens, and values printable ASCII, so that none can end its line.
    /// Default: none.
    /// </summary>
    /// <exception cref="ArgumentException">A name is not a token, or a value is empty or has other characters.</exception>
    public IReadOnlyDictionary<string, string> RequestHeaders
    {
        get;
        init => field = value.FirstOrDefault(header => !IsHeader(header)) is { Key: { } name }
            ? throw new ArgumentException($"The header \"{name}\" of {Name} is not a token with a value of printable ASCII.", nameof(value))
            : value;
    } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What binary messages contain. Default: <see cref="BinaryFrames.Plain"/>.</summary>
    public BinaryFrames BinaryFrames { get; init; }

    /// <summary>The exchange's candles over REST; null when it serves none.</summary>
    public CandleEndpoint? Candles { get; init; }

    /// <summary>
    /// The id of the exchange in the layout of exported CSV files (https://docs.tardis.dev/historical-data-details), by the canonical name of a market: where an exchange
    /// has spot and contracts, that layout has an id for each. Null, the default, for <see cref="Name"/>.
    /// </summary>
    public Func<string, string>? CsvId { get; init; }

    /// <summary>The version of the protocol that the endpoints speak, such as <c>v5</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>How symbols are formed, by which markets are named when there is no market list.</summary>
    public required SymbolRule Symbols { get; init; }

    /// <summary>Facts about the exchange's books.</summary>
    public BookProfile Book { get; init; } = new();

    /// <summary>The dataset by which books are recorded: depth, or snapshots where the exchange sends complete books and no diffs.</summary>
    public Dataset BookDataset => Find(Dataset.Depth) is null ? Dataset.Snapshots : Dataset.Depth;

    /// <summary>The facts of one dataset; null when the exchange does not offer it.</summary>
    public DatasetProfile? Find(Dataset dataset)
    {
        foreach (var profile in Datasets)
            if (profile.Dataset == dataset)
                return profile;
        return null;
    }

    /// <summary>RFC 9110, sections 5.1 and 5.5: a name is a token; a value neither starts nor ends with a space.</summary>
    private static bool IsHeader(KeyValuePair<string, string> header) =>
        header.Key.Length > 0 && !header.Key.AsSpan().ContainsAnyExcept(TokenCharacters)
        && header.Value.Length > 0 && !header.Value.AsSpan().ContainsAnyExceptInRange(' ', '~') && header.Value.Trim() == header.Value;
}

/// <summary>The facts of one dataset that an exchange sends.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Endpoint">The WebSocket address that serves it.</param>
/// <param name="Sequence">The kind of sequence.</param>
/// <param name="Identity">Whether two connections receive the same messages.</param>
internal sealed record DatasetProfile(Dataset Dataset, Uri Endpoint, SequenceKind Sequence, StreamIdentity Identity)
{
    /// <summary>The exchange's own name of the channel, as used in subscriptions and in <see cref="Notice.Channel"/>.</summary>
    public string Channel { get; init; } = "";

    /// <summary>False when events have no exchange time: then they get the connection's time, and no window is whole. Default true.</summary>
    public bool HasExchangeTime { get; init; } = true;

    /// <summary>
    /// False when the exchange cannot unsubscribe a single stream. Then no such message is created: a stream is subscribed again without it, and when a stream is removed,
    /// a successor without it replaces the connection. Default true.
    /// </summary>
    public bool CanUnsubscribe { get; init; } = true;

    /// <summary>The trade history over REST, which closes gaps; null when the exchange offers none.</summary>
    public TradeHistoryEndpoint? History { get; init; }

    /// <summary>The files with these events that the exchange publishes, which <c>verify</c> and <c>repair --from-archive</c> read; null when it publishes none.</summary>
    public PublishedFiles? Published { get; init; }
}

/// <summary>At most <paramref name="Count"/> per <paramref name="Interval"/>.</summary>
internal sealed record RateLimit(int Count, TimeSpan Interval);
