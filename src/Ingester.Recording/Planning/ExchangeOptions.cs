using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Recording.Planning;

/// <summary>What is recorded of one exchange, and how; bound from <c>Ingester:Exchanges:NAME</c>.</summary>
internal sealed class ExchangeOptions
{
    /// <summary>The section of the configuration that holds one section per exchange.</summary>
    public const string Section = "Ingester:Exchanges";

    private static readonly TimeSpan ShortestDiscovery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRepairDelay = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestSnapshot = TimeSpan.FromSeconds(1);

    /// <summary>Patterns of canonical names that are recorded, such as <c>BTC-*</c>. Default none, which is an error: users choose.</summary>
    public IList<string> Markets { get; set; } = [];

    /// <summary>Patterns of canonical names that are not recorded although <see cref="Markets"/> names them. Default none.</summary>
    public IList<string> Exclude { get; set; } = [];

    /// <summary>Names of the datasets that are recorded. Default (when empty) trades and depth.</summary>
    public IList<string> Datasets { get; set; } = [];

    /// <summary>Replaces scheme and host of the exchange's WebSocket addresses; a path in it is put before theirs. Default: the exchange's.</summary>
    public string? WebSocket { get; set; }

    /// <summary>Replaces scheme and host of the exchange's REST addresses; a path in it is put before theirs. Default: the exchange's.</summary>
    public string? Rest { get; set; }

    /// <summary>The most streams on one connection, below what the exchange allows. Default: what the exchange allows.</summary>
    public int? StreamsPerConnection { get; set; }

    /// <summary>How often the market list is asked for. Default 10 min.</summary>
    public TimeSpan DiscoveryInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many levels a side of whole books are asked for, where they do not come in band. Default: the exchange's (1000).</summary>
    public int? SnapshotLevels { get; set; }

    /// <summary>How old the last whole book of a market may get before the next one is asked for, where they do not come in band. Default 1 h.</summary>
    public TimeSpan SnapshotInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>True when a recorder closes holes in trades with what the exchange still serves over REST. Default true.</summary>
    public bool RepairTrades { get; set; } = true;

    /// <summary>How long a hole in trades is left to events that only come late, before the exchange is asked. Default 10 s.</summary>
    public TimeSpan RepairDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A key for past trades, where the exchange asks for one. Default none: those holes stay open.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// Patterns of the markets whose present book is kept in memory, checked at every change and shown with its best bid and ask. Default (when empty): all.
    /// <c>none</c>, which fits no market, is for none: then changes are not held against the exchange's checksums either.
    /// </summary>
    public IList<string> LiveBooks { get; set; } = [];

    /// <summary>Everything that is wrong, each by the name that it has in the configuration; empty when all is well.</summary>
    /// <param name="profile">The exchange's facts.</param>
    /// <param name="records">True where it is recorded, so that markets must be chosen.</param>
    public IEnumerable<string> Errors(ExchangeProfile profile, bool records = true)
    {
        var section = $"{Section}:{profile.Name}";
        if (records && Markets.Count == 0)
            yield return $"{section}:Markets: no markets chosen; name patterns such as \"BTC-*\", or \"*\" for all.";
        foreach (var error in PatternErrors($"{section}:Markets", Markets).Concat(PatternErrors($"{section}:Exclude", Exclude))
                     .Concat(PatternErrors($"{section}:LiveBooks", LiveBooks)))
            yield return error;
        for (var i = 0; i < Datasets.Count; i++)
            if (!DatasetNames.TryParse(Datasets[i], out var dataset) || profile.Find(dataset) is null)
                yield return $"{section}:Datasets:{i}: \"{Datasets[i]}\" is none of what {profile.Name} streams: {Offered(profile)}.";
        if (WebSocket is not null && !IsBase(WebSocket, "ws", "wss"))
            yield return $"{section}:WebSocket: \"{WebSocket}\" is not an address that begins with ws:// or wss://.";
        if (Rest is not null && !IsBase(Rest, "http", "https"))
            yield return $"{section}:Rest: \"{Rest}\" is not an address that begins with http:// or https://.";
        if (StreamsPerConnection is < 1)
            yield return $"{section}:StreamsPerConnection: {StreamsPerConnection} is below 1.";
        if (DiscoveryInterval < ShortestDiscovery)
            yield return $"{section}:DiscoveryInterval: {DiscoveryInterval} is below {ShortestDiscovery}.";
        if (SnapshotInterval < ShortestSnapshot)
            yield return $"{section}:SnapshotInterval: {SnapshotInterval} is below {ShortestSnapshot}.";
        if (RepairDelay < TimeSpan.Zero || RepairDelay > LongestRepairDelay)
            yield return $"{section}:RepairDelay: {RepairDelay} is not between 0 and {LongestRepairDelay}.";
        if (SnapshotLevels is { } levels && (levels < 1 || profile.Book.Source?.Reaching(levels) is null))
            yield return profile.Book.Source is { Depths: [.., var deepest] }
                ? $"{section}:SnapshotLevels: {levels} is not between 1 and {deepest.Levels}."
                : $"{section}:SnapshotLevels: the books of {profile.Name} come in band, nothing is asked for.";
    }

    /// <summary>The chosen datasets with their facts, in the order of the profile.</summary>
    public IReadOnlyList<DatasetProfile> Chosen(ExchangeProfile profile) =>
        [.. profile.Datasets.Where(d => Datasets.Count == 0 ? d.Dataset is Dataset.Trades or Dataset.Depth : Datasets.Contains(d.Dataset.Name()))];

    /// <summary>How many streams one connection carries.</summary>
    public int Capacity(ExchangeProfile profile) => Math.Min(StreamsPerConnection ?? int.MaxValue, profile.StreamsPerConnection);

    /// <summary>True when holes in a dataset can be closed: the exchange serves what is past, to somebody who has the key that it may ask for.</summary>
    public bool CanRepair(ExchangeProfile profile, Dataset dataset) =>
        profile.Find(dataset)?.Past is { } source && (source.KeyHeader is null || !string.IsNullOrEmpty(ApiKey));

    /// <summary>True for the markets whose present book is kept in memory.</summary>
    public Func<Market, bool> KeepsBook() => LiveBooks.Count > 0 ? new MarketFilter(LiveBooks, []).Chooses : static _ => true;

    /// <summary>How deep whole books are asked for.</summary>
    public BookDepth SnapshotDepth(BookSource source) => source.Reaching(SnapshotLevels ?? source.Levels) ?? source.Depths[^1];

    /// <summary>Where a WebSocket endpoint of the profile is really dialled.</summary>
    public Uri WebSocketAddress(Uri endpoint) => Rebase(WebSocket, endpoint);

    /// <summary>Where a REST address of the profile is really asked.</summary>
    public Uri RestAddress(Uri address) => Rebase(Rest, address);

    private static Uri Rebase(string? address, Uri original) =>
        address is null ? original : new(address.TrimEnd('/') + original.PathAndQuery);

    private static bool IsBase(string address, string plain, string secure) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == plain || uri.Scheme == secure)
        && uri.Host.Length > 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0;

    private static IEnumerable<string> PatternErrors(string name, IList<string> patterns)
    {
        for (var i = 0; i < patterns.Count; i++)
            if (!MarketFilter.IsPattern(patterns[i]))
                yield return $"{name}:{i}: \"{patterns[i]}\" is not a pattern; it must not be empty or hold spaces.";
    }

    private static string Offered(ExchangeProfile profile) => string.Join(", ", profile.Datasets.Select(d => d.Dataset.Name()));
}
