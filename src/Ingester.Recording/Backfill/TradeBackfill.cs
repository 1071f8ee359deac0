using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;

namespace Ingester.Recording.Backfill;

/// <summary>
/// Closes a hole in trades with what the exchange still serves: fragments of exactly the missing range, cut at the windows in which a recorder would have
/// put them, so that every replica writes the same ones; and a row of <c>gaps</c> that says so.
/// </summary>
/// <param name="context">The exchange.</param>
/// <param name="desk">Asks it.</param>
/// <param name="segments">Where fragments go, and how long windows are.</param>
internal sealed class TradeBackfill(ExchangeContext context, RequestDesk desk, SegmentContext segments)
{
    /// <summary>So many ids are fetched and kept at a time; fragments are also cut there.</summary>
    private const int Part = 50_000;

    /// <summary>A part of a hole has no more pages; more means that the exchange leads in a circle.</summary>
    private const int MostPages = 1_000;

    /// <summary>Fetches and hands over what there is; returns what is still missing.</summary>
    /// <exception cref="RestException">The exchange does not answer.</exception>
    /// <exception cref="JsonException">What it answers are no trades.</exception>
    public async Task<IReadOnlyList<SequenceRange>> CloseAsync(TradeHole hole, CancellationToken stop)
    {
        var source = context.Exchange.Profile.Find(hole.Stream.Dataset)?.Past
            ?? throw new ArgumentException($"{context.Name} serves no past {hole.Stream}.", nameof(hole));
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

    /// <summary>The trades of a range that the exchange has, each once, by id.</summary>
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
