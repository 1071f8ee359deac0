using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;

namespace Ingester.Recording.Backfill;

/// <summary>
/// Closes a gap in trades with trades from the exchange's REST API. It writes fragments of exactly the missing range, cut at the
/// same windows as in a recorder, so that every replica writes the same fragments; and a row of <c>gaps</c> for the closed range.
/// </summary>
/// <param name="context">The exchange.</param>
/// <param name="desk">Sends the requests.</param>
/// <param name="segments">Output and windows of fragments.</param>
internal sealed class TradeBackfill(ExchangeContext context, RequestDesk desk, SegmentContext segments)
{
    /// <summary>Number of ids that are fetched and kept in memory at a time; fragments are also cut there.</summary>
    private const int Part = 50_000;

    /// <summary>Maximum number of pages for one part; more means that the pagination does not terminate.</summary>
    private const int MostPages = 1_000;

    /// <summary>Fetches the trades and hands them over; returns the ranges that are still missing.</summary>
    /// <exception cref="RestException">The exchange did not respond.</exception>
    /// <exception cref="JsonException">The response is not a list of trades.</exception>
    public async Task<IReadOnlyList<SequenceRange>> CloseAsync(TradeHole hole, CancellationToken stop)
    {
        var source = context.Exchange.Profile.Find(hole.Stream.Dataset)?.Past
            ?? throw new ArgumentException($"{context.Name} has no trade history endpoint for {hole.Stream}.", nameof(hole));
        var cut = new BackfillCut(hole, segments);
        for (var after = hole.Missing.After; after < hole.Missing.UpTo;)
        {
            var part = new SequenceRange(after, Math.Min(hole.Missing.UpTo, after + Part));
            foreach (var trade in await FetchAsync(source, new(hole.Market, part, cut.LastMicros), stop))
                cut.Add(trade);
            cut.Seal();
            after = part.UpTo;
        }

        return cut.Left();
    }

    /// <summary>Returns the trades of a range that the exchange has, without duplicates, by id.</summary>
    private async Task<IEnumerable<PastTrade>> FetchAsync(TradeSource source, TradeQuery query, CancellationToken stop)
    {
        KeyValuePair<string, string>? key = source.KeyHeader is { } name && context.Choice.ApiKey is { } secret ? new(name, secret) : null;
        var found = new SortedDictionary<long, PastTrade>();
        for (var page = 0; page < MostPages; page++)
        {
            var asked = query;
            var read = await desk.GetAsync(new(source.Address(asked), source.Weight, key), body => source.Read(asked, body), stop);
            foreach (var trade in read.Trades)
                if (trade.Id > query.Missing.After && trade.Id <= query.Missing.UpTo)
                    found[trade.Id] = trade;
            if (read.Next is not { } next)
                break;
            query = query with { Cursor = next };
        }

        return found.Values;
    }
}
