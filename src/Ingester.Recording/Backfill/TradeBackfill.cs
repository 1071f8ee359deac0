using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Recording.Configuration;
using Ingester.Recording.Rest;

namespace Ingester.Recording.Backfill;

/// <summary>
/// Closes a gap in trades with trades from the exchange's REST API. It writes fragments of exactly the missing range, cut at the
/// same windows as in a recorder, so that every replica writes the same fragments; and a row of <c>gaps</c> for the closed range.
/// </summary>
/// <param name="context">The exchange.</param>
/// <param name="rest">Sends the requests.</param>
/// <param name="segments">Output and windows of fragments.</param>
internal sealed class TradeBackfill(ExchangeContext context, RateLimitedRestClient rest, SegmentContext segments)
{
    /// <summary>Number of ids that are fetched and kept in memory at a time; fragments are also cut there.</summary>
    private const int MaxIdsPerPart = 50_000;

    /// <summary>Maximum number of pages for one part; more means that the pagination does not terminate.</summary>
    private const int MaxPages = 1_000;

    /// <summary>Fetches the trades and hands them over; returns the ranges that are still missing.</summary>
    /// <exception cref="RestException">The exchange did not respond.</exception>
    /// <exception cref="JsonException">The response is not a list of trades.</exception>
    public async Task<IReadOnlyList<SequenceRange>> CloseGapAsync(TradeGap gap, CancellationToken stop)
    {
        var source = context.Exchange.Profile.Find(gap.Stream.Dataset)?.History
            ?? throw new ArgumentException($"{context.Name} has no trade history endpoint for {gap.Stream}.", nameof(gap));
        var segmenter = new BackfillSegmenter(gap, segments);
        for (var after = gap.Missing.After; after < gap.Missing.UpTo;)
        {
            var part = new SequenceRange(after, Math.Min(gap.Missing.UpTo, after + MaxIdsPerPart));
            foreach (var trade in await FetchAsync(source, new(gap.Market, part, segmenter.LastMicros), stop))
                segmenter.Add(trade);
            segmenter.Seal();
            after = part.UpTo;
        }

        return segmenter.Complete();
    }

    /// <summary>Returns the trades of a range that the exchange has, without duplicates, by id.</summary>
    private async Task<IEnumerable<HistoricalTrade>> FetchAsync(TradeHistoryEndpoint source, TradeHistoryQuery query, CancellationToken stop)
    {
        KeyValuePair<string, string>? key = source.ApiKeyHeader is { } name && context.ExchangeOptions.ApiKey is { } secret ? new(name, secret) : null;
        var found = new SortedDictionary<long, HistoricalTrade>();
        for (var page = 0; page < MaxPages; page++)
        {
            var sent = query;
            var read = await rest.GetAsync(new(source.UriFor(sent), source.RequestWeight, key), body => source.Parse(sent, body), stop);
            foreach (var trade in read.Trades)
                if (trade.Id > query.Range.After && trade.Id <= query.Range.UpTo)
                    found[trade.Id] = trade;
            if (read.NextCursor is not { } next)
                break;
            query = query with { Cursor = next };
        }

        return found.Values;
    }
}
