using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Dashboard.Components;
using Ingester.Dashboard.Markets.Names;
using Ingester.Dashboard.Stores;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Dashboard.Markets.Trades;

/// <summary>Finds the last stored trade of a market at or before a moment, and whether it is proven that no later one is missing.</summary>
internal static class LastTradeQuery
{
    private static readonly long[] Spans = [2 * Window.MicrosPerMinute, 10 * Window.MicrosPerMinute, 60 * Window.MicrosPerMinute];

    /// <summary>Finds the trade.</summary>
    /// <param name="store">The store.</param>
    /// <param name="market">The market.</param>
    /// <param name="at">The moment, microseconds UTC.</param>
    /// <param name="cancellation">Cancels the search.</param>
    /// <exception cref="DashboardFault">A stored row is not a trade.</exception>
    public static async Task<LastTradeView> FindAsync(OpenedStore store, MarketId market, long at, CancellationToken cancellation)
    {
        foreach (var dataset in new[] { Dataset.Trades, Dataset.AggTrades })
        {
            var stream = new StreamId(dataset, market.Exchange, market.Market);
            foreach (var span in Spans)
                if (await ReadAsync(store, stream, Math.Max(0, at - span), at, cancellation) is { } found)
                    return found;
            var earlier = await new StreamListing(store.Objects, store.Prefix).ListNearestAsync(stream, Math.Max(0, at - Spans[^1]), before: true, HourProof.MaxSearchDistance, cancellation);
            if (earlier is [var nearest, ..] && await ReadAsync(store, stream, nearest.Name.Window.StartMicros, nearest.Name.Window.EndMicros, cancellation) is { } old)
                return old with { State = DisplayState.Partial, Reason = old.Reason ?? "No trade is stored in the hour before the moment. Whether there was one is on the page Completeness." };
        }

        return new(null, Dataset.Trades.Name(), DisplayState.Missing, $"No trade of {market} is stored in the week before.", null);
    }

    /// <summary>Trades that arrived out of order may be stored one minute later.</summary>
    private static async Task<LastTradeView?> ReadAsync(OpenedStore store, StreamId stream, long from, long at, CancellationToken cancellation)
    {
        MarketEvent? last = null;
        var marks = new List<MarketEvent>();
        await foreach (var found in store.Archive.ReadEventsAsync(stream, new(Micros.ToDateTime(from)), new(Micros.ToDateTime(at + 1 + Window.MicrosPerMinute)), cancellation))
            if (found.Micros > at)
                continue;
            else if (found.Kind == MarketEventKind.Row)
                last = found with { Row = found.Row.ToArray() }; // the memory of rows is reused
            else if (found.Kind is not (MarketEventKind.Reset or MarketEventKind.Conflict))
                marks.Add(found);
        if (last is not { } trade)
            return null;
        var (state, reason) = Judge(trade, marks);
        return new(Read(trade), stream.Dataset.Name(), state, reason, trade.Origin?.Key);
    }

    /// <summary>The worst mark about the time from the trade on.</summary>
    private static (DisplayState State, string? Reason) Judge(in MarketEvent trade, List<MarketEvent> marks)
    {
        var (state, reason) = (DisplayState.Complete, (string?)null);
        foreach (var mark in marks)
        {
            if (Math.Max(mark.EndMicros, mark.Micros) <= trade.Micros && mark.Kind != MarketEventKind.Unreadable)
                continue;
            var (kind, why) = mark.Kind switch
            {
                MarketEventKind.Disputed => (DisplayState.Disputed, "Replicas have different trades, and neither is proven."),
                MarketEventKind.Missing => (DisplayState.Missing, $"Nothing is stored from {DisplayText.Time(mark.Micros)} on, and that time is not proven quiet."),
                MarketEventKind.Unreadable => (DisplayState.Partial, mark.Note!),
                _ => (DisplayState.Partial, "It is not proven that no later trade is missing."),
            };
            if (kind > state)
                (state, reason) = (kind, why);
        }

        return (state, reason);
    }

    private static TradeView Read(in MarketEvent found)
    {
        try
        {
            return TradeRowText.Read(found.Row, found.Micros);
        }
        catch (JsonException invalid)
        {
            throw new DashboardFault($"{found.Origin?.Key} has a row that is not a trade: {invalid.Message}.", invalid);
        }
    }
}
