using System.Text.Json;
using Ingester.Configuration;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Exchanges;
using Ingester.Reading.Auditing;
using Ingester.Recording.Backfill;
using Ingester.Recording.Configuration;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Ingester.Storage.Stores;

namespace Ingester.Repairing;

/// <summary>Closes the trade gaps that an audit found, with trades that exchanges still serve over REST, within their rate limits.</summary>
/// <param name="store">The store for fragments and gap rows.</param>
/// <param name="prefix">The prefix of all keys.</param>
/// <param name="settings">The settings of windows and exchanges.</param>
/// <param name="loggers">The logger factory.</param>
internal sealed class GapRepairer(IObjectStore store, string prefix, Settings settings, ILoggerFactory loggers)
{
    /// <summary>Closes all gaps that can be closed; returns the result of each gap.</summary>
    public async Task<IReadOnlyList<GapRepairResult>> RunAsync(AuditReport audit, CancellationToken cancel)
    {
        var results = new List<GapRepairResult>();
        foreach (var streams in audit.Streams.Where(stream => stream.MissingRanges.Count > 0).GroupBy(stream => stream.Stream.Exchange))
        {
            if (ExchangeCatalog.Find(streams.Key) is not { } exchange)
                continue;
            var choice = settings.Exchanges.GetValueOrDefault(streams.Key) ?? new();
            var gapStreams = streams.Where(stream => choice.CanBackfill(exchange.Profile, stream.Stream.Dataset)).ToList();
            if (gapStreams.Count > 0)
                results.AddRange(await RepairAsync(exchange, choice, gapStreams, cancel));
        }

        return results;
    }

    private async Task<IReadOnlyList<GapRepairResult>> RepairAsync(
        IExchange exchange, ExchangeOptions choice, IReadOnlyList<StreamAudit> gapStreams, CancellationToken cancel)
    {
        using var http = RestClient.CreateClient();
        using var output = new RepairOutput(store, prefix, settings.Segments, loggers);
        var context = new ExchangeContext
        {
            Exchange = exchange,
            ExchangeOptions = choice,
            Options = settings.Connections,
            Clock = TimeProvider.System,
            Seed = 1,
        };
        using var limits = context.NewRateLimits();
        var rest = new RateLimitedRestClient(context, new(context, http, new(loggers.CreateLogger<RestEvents>())), limits);
        var backfill = new TradeBackfill(context, rest, output.Segments);
        var markets = await FetchMarketsAsync(new(context, rest), cancel);
        return await output.RunAsync(() => RepairAsync(gapStreams, markets, (backfill, output), cancel));
    }

    private static async Task<IReadOnlyList<GapRepairResult>> RepairAsync(
        IReadOnlyList<StreamAudit> gapStreams, Dictionary<string, Market>? markets, (TradeBackfill Fill, RepairOutput Output) backfill, CancellationToken cancel)
    {
        var results = new List<GapRepairResult>();
        foreach (var (stream, gap) in gapStreams.SelectMany(stream => stream.MissingRanges.Select(gap => (stream.Stream, gap))).OrderBy(one => one.gap.ToMicros))
        {
            if (markets is null || !markets.TryGetValue(stream.Market, out var market))
            {
                results.Add(new(stream, gap.Range, markets is null ? "The exchange returned no market list." : "The exchange does not list the market any more.") { MayCloseLater = markets is null });
                continue;
            }

            backfill.Output.SetTime(gap.ToMicros);
            try
            {
                var left = await backfill.Fill.CloseGapAsync(new(stream, market, gap.Range, gap.FromMicros, gap.ToMicros), cancel);
                results.Add(new(stream, gap.Range, left.Count == 0 ? null : $"The exchange does not serve {string.Join(", ", left)}."));
            }
            catch (Exception fault) when (fault is RestException or JsonException)
            {
                results.Add(new(stream, gap.Range, fault.Message) { MayCloseLater = true });
            }
        }

        return results;
    }

    private static async Task<Dictionary<string, Market>?> FetchMarketsAsync(MarketDiscovery discovery, CancellationToken cancel)
    {
        try
        {
            return (await discovery.FetchAsync(cancel)).Markets.Select(listed => listed.Market).ToDictionary(market => market.Name, StringComparer.Ordinal);
        }
        catch (RestException unanswered)
        {
            await Console.Error.WriteLineAsync(unanswered.Message);
            return null;
        }
    }
}
