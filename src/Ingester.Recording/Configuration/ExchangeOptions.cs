using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Recording.Configuration;

/// <summary>Options of one exchange; bound from <c>Ingester:Exchanges:NAME</c>.</summary>
internal sealed class ExchangeOptions
{
    /// <summary>The configuration section; it has one subsection per exchange.</summary>
    public const string Section = "Ingester:Exchanges";

    private static readonly TimeSpan MinDiscoveryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxBackfillDelay = TimeSpan.FromHours(1);
    private static readonly TimeSpan MinSnapshotInterval = TimeSpan.FromSeconds(1);

    /// <summary>Patterns of the market names to record, such as <c>BTC-*</c>. Default: none, which is an error.</summary>
    public IList<string> Markets { get; set; } = [];

    /// <summary>Patterns of the market names to exclude although <see cref="Markets"/> matches them. Default: none.</summary>
    public IList<string> Exclude { get; set; } = [];

    /// <summary>Names of the datasets to record. Default (when empty): trades and depth, or snapshots where the exchange sends no diffs.</summary>
    public IList<string> Datasets { get; set; } = [];

    /// <summary>
    /// Replaces the scheme and host of the exchange's WebSocket URLs; a path is put before their path. Default: the exchange's.
    /// </summary>
    public string? WebSocket { get; set; }

    /// <summary>
    /// Replaces the scheme and host of the exchange's REST URLs; a path is put before their path. Default: the exchange's.
    /// </summary>
    public string? Rest { get; set; }

    /// <summary>
    /// Maximum number of streams per connection; values above the exchange's limit have no effect. Default: the exchange's limit.
    /// </summary>
    public int? StreamsPerConnection { get; set; }

    /// <summary>Interval between requests for the market list. Default 10 min.</summary>
    public TimeSpan DiscoveryInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Levels per side of fetched snapshots, for exchanges that do not send snapshots on the stream. Default: the exchange's (1000).
    /// </summary>
    public int? SnapshotLevels { get; set; }

    /// <summary>
    /// Maximum age of a market's last snapshot before the next is fetched, for exchanges that do not send snapshots on the stream.
    /// Default 1 h.
    /// </summary>
    public TimeSpan SnapshotInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>True to backfill gaps in trades over REST while recording. Default true.</summary>
    public bool RepairTrades { get; set; } = true;

    /// <summary>Delay before a gap in trades is backfilled: late events may still close it. Default 10 s.</summary>
    public TimeSpan RepairDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The API key for the trade history, where the exchange requires one. Default: none, and such gaps are not backfilled.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// Patterns of the markets whose book is kept in memory, verified at every diff and shown with its best bid and ask. Default (when
    /// empty): all. <c>none</c> matches no market; diffs are then not checked against the exchange's checksums.
    /// </summary>
    public IList<string> VerifiedBooks { get; set; } = [];

    /// <summary>Returns all errors, each with the configuration key; empty when the options are valid.</summary>
    /// <param name="profile">The exchange's facts.</param>
    /// <param name="records">True in the recorder, where markets are required.</param>
    public IEnumerable<string> Validate(ExchangeProfile profile, bool records = true)
    {
        var section = $"{Section}:{profile.Name}";
        if (records && Markets.Count == 0)
            yield return $"{section}:Markets: required. Use patterns such as \"BTC-*\", or \"*\" for all markets.";
        foreach (var error in PatternErrors($"{section}:Markets", Markets).Concat(PatternErrors($"{section}:Exclude", Exclude))
                     .Concat(PatternErrors($"{section}:VerifiedBooks", VerifiedBooks)))
            yield return error;
        for (var i = 0; i < Datasets.Count; i++)
            if (!DatasetNames.TryParse(Datasets[i], out var dataset) || profile.Find(dataset) is null)
                yield return $"{section}:Datasets:{i}: \"{Datasets[i]}\" is not a dataset of {profile.Name}. Its datasets: {DatasetNamesOf(profile)}.";
        if (WebSocket is not null && !IsBaseAddress(WebSocket, "ws", "wss"))
            yield return $"{section}:WebSocket: \"{WebSocket}\" is not a URL that begins with ws:// or wss://.";
        if (Rest is not null && !IsBaseAddress(Rest, "http", "https"))
            yield return $"{section}:Rest: \"{Rest}\" is not a URL that begins with http:// or https://.";
        if (StreamsPerConnection is < 1)
            yield return $"{section}:StreamsPerConnection: {StreamsPerConnection} is below 1.";
        if (DiscoveryInterval < MinDiscoveryInterval)
            yield return $"{section}:DiscoveryInterval: {DiscoveryInterval} is below {MinDiscoveryInterval}.";
        if (SnapshotInterval < MinSnapshotInterval)
            yield return $"{section}:SnapshotInterval: {SnapshotInterval} is below {MinSnapshotInterval}.";
        if (RepairDelay < TimeSpan.Zero || RepairDelay > MaxBackfillDelay)
            yield return $"{section}:RepairDelay: {RepairDelay} is not between 0 and {MaxBackfillDelay}.";
        if (SnapshotLevels is { } levels && (levels < 1 || profile.Book.SnapshotEndpoint?.SmallestDepthFor(levels) is null))
            yield return profile.Book.SnapshotEndpoint is { AvailableDepths: [.., var deepest] }
                ? $"{section}:SnapshotLevels: {levels} is not between 1 and {deepest.Levels}."
                : $"{section}:SnapshotLevels: not supported: {profile.Name} sends snapshots on the stream.";
    }

    /// <summary>The selected datasets with their profiles, in the order of the exchange's profile.</summary>
    public IReadOnlyList<DatasetProfile> SelectDatasets(ExchangeProfile profile) =>
        [.. profile.Datasets.Where(d => Datasets.Count == 0 ? d.Dataset == Dataset.Trades || d.Dataset == profile.BookDataset : Datasets.Contains(d.Dataset.Name()))];

    /// <summary>Maximum number of streams on one connection.</summary>
    public int Capacity(ExchangeProfile profile) => Math.Min(StreamsPerConnection ?? int.MaxValue, profile.StreamsPerConnection);

    /// <summary>
    /// True when gaps in a dataset can be backfilled: the exchange has a trade history endpoint, and the API key is present if it
    /// requires one.
    /// </summary>
    public bool CanBackfill(ExchangeProfile profile, Dataset dataset) =>
        profile.Find(dataset)?.History is { } source && (source.ApiKeyHeader is null || !string.IsNullOrEmpty(ApiKey));

    /// <summary>Returns the filter of the markets whose verified book is kept in memory.</summary>
    public Func<Market, bool> VerifiedBookFilter() => VerifiedBooks.Count > 0 ? new MarketFilter(VerifiedBooks, []).IsMatch : static _ => true;

    /// <summary>The depth of fetched snapshots.</summary>
    public SnapshotDepth RequestedDepth(SnapshotEndpoint source) => source.SmallestDepthFor(SnapshotLevels ?? source.DefaultLevels) ?? source.AvailableDepths[^1];

    /// <summary>The URL to connect to for a WebSocket endpoint of the profile.</summary>
    public Uri WebSocketAddress(Uri endpoint) => Rebase(WebSocket, endpoint);

    /// <summary>The URL to request for a REST endpoint of the profile.</summary>
    public Uri RestAddress(Uri address) => Rebase(Rest, address);

    private static Uri Rebase(string? address, Uri original) =>
        address is null ? original : new(address.TrimEnd('/') + original.PathAndQuery);

    private static bool IsBaseAddress(string address, string plain, string secure) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == plain || uri.Scheme == secure)
        && uri.Host.Length > 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0;

    private static IEnumerable<string> PatternErrors(string name, IList<string> patterns)
    {
        for (var i = 0; i < patterns.Count; i++)
            if (!MarketFilter.IsPattern(patterns[i]))
                yield return $"{name}:{i}: \"{patterns[i]}\" is not a pattern: it must not be empty and must not contain spaces.";
    }

    private static string DatasetNamesOf(ExchangeProfile profile) => string.Join(", ", profile.Datasets.Select(d => d.Dataset.Name()));
}
