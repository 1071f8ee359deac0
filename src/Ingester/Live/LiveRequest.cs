using Ingester.Core.Markets;
using Ingester.Recording.Configuration;

namespace Ingester.Live;

/// <summary>The streams that a client of the live stream has chosen.</summary>
internal sealed class LiveRequest
{
    private const string ExchangeParameter = "exchange";
    private const string PairParameter = "pair";
    private const string DatasetParameter = "dataset";

    private static readonly Dataset[] Published = [.. Enum.GetValues<Dataset>().Where(dataset => dataset.IsSubscribed())];

    private readonly HashSet<string> exchanges;
    private readonly HashSet<Dataset> datasets;
    private readonly MarketFilter markets;

    private LiveRequest(IEnumerable<string> exchanges, IEnumerable<Dataset> datasets, IReadOnlyList<string> patterns)
    {
        this.exchanges = new(exchanges, StringComparer.Ordinal);
        this.datasets = [.. datasets];
        markets = new(patterns.Count > 0 ? patterns : ["*"], []);
    }

    /// <summary>
    /// Reads <c>exchange</c>, <c>pair</c> (patterns) and <c>dataset</c>, each of which may be repeated or have several values separated by commas. Without
    /// a parameter, all are chosen.
    /// </summary>
    /// <param name="query">The query.</param>
    /// <param name="recorded">The recorded exchanges.</param>
    /// <param name="problem">What is wrong with the query; null when it is valid.</param>
    /// <returns>The choice; null when the query is not valid.</returns>
    public static LiveRequest? Read(IQueryCollection query, IEnumerable<string> recorded, out string? problem)
    {
        var (exchanges, patterns, names) = (Values(query, ExchangeParameter), Values(query, PairParameter), Values(query, DatasetParameter));
        List<string> available = [.. recorded.Order(StringComparer.Ordinal)];
        List<Dataset> datasets = [.. names.Select(name => DatasetNames.TryParse(name, out var dataset) && dataset.IsSubscribed() ? dataset : (Dataset?)null).OfType<Dataset>()];
        problem = query.Keys.FirstOrDefault(key => key is not (ExchangeParameter or PairParameter or DatasetParameter or LiveAccess.TokenParameter)) is { } unknown
            ? $"{unknown}: unknown parameter. Available: {ExchangeParameter}, {PairParameter}, {DatasetParameter}, {LiveAccess.TokenParameter}."
            : exchanges.FirstOrDefault(name => !available.Contains(name, StringComparer.Ordinal)) is { } exchange
            ? $"{ExchangeParameter}: \"{exchange}\" is not recorded here. Available: {string.Join(", ", available)}."
            : patterns.FirstOrDefault(pattern => !MarketFilter.IsPattern(pattern)) is { } pair
            ? $"{PairParameter}: \"{pair}\" is not the name or the pattern of a market, such as BTC-USDT or BTC-*."
            : datasets.Count < names.Count
            ? $"{DatasetParameter}: \"{names.First(name => !DatasetNames.TryParse(name, out var dataset) || !dataset.IsSubscribed())}\" is not published. Available: {string.Join(", ", Published.Select(dataset => dataset.Name()))}."
            : null;
        return problem is null ? new(exchanges.Count > 0 ? exchanges : available, datasets.Count > 0 ? datasets : Published, patterns) : null;
    }

    /// <summary>True for a chosen stream.</summary>
    public bool Includes(StreamId stream) =>
        exchanges.Contains(stream.Exchange) && datasets.Contains(stream.Dataset) && markets.IsMatch(new(stream.Market, Symbol: ""));

    private static List<string> Values(IQueryCollection query, string name) =>
        [.. query[name].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))];
}
