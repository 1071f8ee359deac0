using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Recordings;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing;

/// <summary>
/// Answers REST requests from a recording: by path and query; a market list or snapshot also by another path, because older recordings have older paths; anything
/// else by path, if the words in both queries agree.
/// </summary>
internal sealed class RestAnswers
{
    private readonly IExchange exchange;
    private readonly PlayerAdapter adapter;
    private readonly List<ListedSymbol> symbols;
    private readonly ILookup<(string Method, string Target), RecordedResponse> byTarget;
    private readonly ILookup<(string Method, string Path), RecordedResponse> byPath;
    private readonly Dictionary<string, string> snapshotSymbols = new(StringComparer.Ordinal);
    private readonly ILookup<string, RecordedResponse> snapshots;
    private readonly byte[]? otherList;

    private RestAnswers(IExchange exchange, PlayerAdapter adapter, List<RecordedResponse> responses, IReadOnlyList<string> symbols)
    {
        (this.exchange, this.adapter) = (exchange, adapter);
        this.symbols = [.. symbols.Select(symbol => ListedSymbol.Create(exchange.Profile, symbol))];
        byTarget = responses.ToLookup(one => (one.Method, TargetOf(one.Url)));
        byPath = responses.ToLookup(one => (one.Method, PathOf(one.Url)));
        otherList = FindList(responses, symbols);
        Markets = [.. exchange.Profile.MarketLists.SelectMany(call => MarketsIn(ListBody(call.Uri))).DistinctBy(market => market.Symbol)];
        snapshots = FindSnapshots(responses, symbols).ToLookup(found => found.Symbol, found => found.Response, StringComparer.Ordinal);
        if (exchange.Profile.Book.SnapshotEndpoint is { } endpoint)
            foreach (var market in Markets)
                foreach (var depth in endpoint.AvailableDepths)
                    snapshotSymbols.TryAdd(endpoint.UriFor(market, depth.Levels).PathAndQuery, market.Symbol);
    }

    /// <summary>The markets of the market lists that are served.</summary>
    public IReadOnlyList<Market> Markets { get; }

    /// <summary>Reads the responses of a recording.</summary>
    /// <exception cref="RecordingFileException">A file cannot be read or is damaged.</exception>
    public static async Task<RestAnswers> ReadAsync(IExchange exchange, PlayerAdapter adapter, RecordingFolder folder, IReadOnlyList<string> symbols, CancellationToken cancel)
    {
        var responses = new List<RecordedResponse>();
        await foreach (var response in folder.ReadResponsesAsync(cancel).ConfigureAwait(false))
            responses.Add(response);
        return new(exchange, adapter, responses, symbols);
    }

    /// <summary>The status and body for a request.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="micros">The time that is played, microseconds UTC: of several responses, the last one before it is served.</param>
    public (int Status, byte[] Body) Respond(string method, string target, long micros)
    {
        if (Latest(byTarget[(method, target)], micros) is { } same)
            return (same.Status, same.Body);
        if (exchange.Profile.MarketLists.FirstOrDefault(call => call.Uri.PathAndQuery == target) is { } list && ListBody(list.Uri) is { } body)
            return (200, body);
        if (snapshotSymbols.TryGetValue(target, out var symbol) && Latest(snapshots[symbol], micros) is { } snapshot)
            return (snapshot.Status, snapshot.Body);
        var path = target.Split('?')[0];
        if (Latest(byPath[(method, path)].Where(one => AgreeingWords(one.Url, target)), micros) is { } similar)
            return (similar.Status, similar.Body);
        return adapter.Respond(path) is { } made
            ? (200, Encoding.UTF8.GetBytes(made))
            : (404, JsonSerializer.SerializeToUtf8Bytes(new { error = $"The recording has no response for {method} {target}." }));
    }

    private static RecordedResponse? Latest(IEnumerable<RecordedResponse> responses, long micros)
    {
        RecordedResponse? found = null;
        foreach (var response in responses)
            if (found is null || response.Micros is null || response.Micros <= micros)
                found = response;
        return found;
    }

    private static string TargetOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.PathAndQuery : url;

    private static string PathOf(string url) => TargetOf(url).Split('?')[0];

    /// <summary>True when no parameter of both queries is a different word: limits may differ, symbols may not.</summary>
    private static bool AgreeingWords(string url, string target)
    {
        var recorded = Parameters(TargetOf(url));
        return Parameters(target).All(wanted => !recorded.TryGetValue(wanted.Key, out var value) || value == wanted.Value || (long.TryParse(value, out _) && long.TryParse(wanted.Value, out _)));
    }

    private static Dictionary<string, string> Parameters(string target)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (target.Split('?', 2) is [_, var query])
            foreach (var part in query.Split('&'))
                found.TryAdd(part.Split('=', 2)[0], part.Split('=', 2)[^1]);
        return found;
    }

    /// <summary>A recorded market list that names every symbol of the recording, wherever it was fetched.</summary>
    private byte[]? FindList(IEnumerable<RecordedResponse> responses, IReadOnlyList<string> recorded) => responses.Select(response => response.Body)
        .FirstOrDefault(body => recorded.Count > 0 && MarketsIn(body).Select(market => market.Symbol).ToHashSet(StringComparer.Ordinal).IsSupersetOf(recorded));

    private IReadOnlyList<Market> MarketsIn(byte[]? body)
    {
        try
        {
            return body is null ? [] : [.. exchange.ParseMarketList(body).Recordable];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private byte[]? ListBody(Uri address) =>
        byTarget[("GET", address.PathAndQuery)].FirstOrDefault()?.Body ?? otherList ?? (adapter.MarketList(symbols, address) is { } made ? Encoding.UTF8.GetBytes(made) : null);

    private IEnumerable<(string Symbol, RecordedResponse Response)> FindSnapshots(IEnumerable<RecordedResponse> responses, IReadOnlyList<string> recorded)
    {
        if (exchange.Profile.Book.SnapshotEndpoint is not { } endpoint)
            yield break;
        var byWord = recorded.ToDictionary(symbol => symbol, StringComparer.OrdinalIgnoreCase);
        foreach (var response in responses)
            if (TargetOf(response.Url).Split('/', '?', '&', '=').Select(word => byWord.GetValueOrDefault(Uri.UnescapeDataString(word))).FirstOrDefault(symbol => symbol is not null) is { } symbol
                && IsSnapshot(endpoint, response.Body))
                yield return (symbol, response);
    }

    private static bool IsSnapshot(SnapshotEndpoint endpoint, byte[] body)
    {
        try
        {
            return endpoint.Parse(body).LastId != 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
