using Ingester.Core.Markets;
using Ingester.Simulator.Events;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Protocols.Kraken;

/// <summary>
/// Writes the frames of Kraken's WebSocket API version 2. A book is limited to the subscribed depth: levels that fall below it are not reported,
/// levels that rise into it are. The checksum covers the best ten levels of each side.
/// </summary>
internal sealed class KrakenFrameWriter : IFrameWriter
{
    /// <summary>Depth of the truth rows before the first subscription.</summary>
    private const int MaxDepth = 1_000;
    private const int ChecksumDepth = 10;
    private readonly List<LevelUpdate> visible = [];
    private readonly Utf8Builder checksumText = new();

    /// <inheritdoc/>
    public bool CanGroupTrades => true;

    /// <inheritdoc/>
    public bool Write(Utf8Builder frame, StreamChannel channel, SimulatedEvent simulatedEvent)
    {
        var market = channel.Stream.Market;
        if (channel.Stream.Id.Dataset == Dataset.Trades)
        {
            WriteTrades(frame, market.Spec, "update", simulatedEvent.Trades, simulatedEvent.Micros);
            return true;
        }

        CollectVisible(market.Book, channel.Depth);
        if (visible.Count == 0)
            return false;
        WriteBook(frame, market, "update", visible);
        frame.Add(",\"timestamp\":\""u8).Timestamp(simulatedEvent.Micros).Add("\"}]}"u8);
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<LevelUpdate> VisibleUpdates(SimulatedStream stream, SimulatedEvent simulatedEvent)
    {
        var depth = 0;
        foreach (var channel in stream.Channels)
            if (channel.Subscribers.Count > 0)
                depth = Math.Max(depth, channel.Depth);
        CollectVisible(stream.Market.Book, depth == 0 ? MaxDepth : depth);
        return visible;
    }

    /// <summary>Writes trades, oldest first; <paramref name="micros"/> overrides their times.</summary>
    public static void WriteTrades(Utf8Builder frame, MarketSpec spec, string type, IEnumerable<SimulatedTrade> trades, long? micros = null)
    {
        frame.Add("{\"channel\":\"trade\",\"type\":\""u8).Add(type).Add("\",\"data\":["u8);
        foreach (var trade in trades)
        {
            frame.Add("{\"symbol\":\""u8).Add(spec.Symbol)
                .Add(trade.TakerSells ? "\",\"side\":\"sell\",\"price\":"u8 : "\",\"side\":\"buy\",\"price\":"u8)
                .Decimal(trade.Price, spec.PriceDecimals).Add(",\"qty\":"u8).Decimal(trade.Size, spec.SizeDecimals)
                .Add(",\"ord_type\":\"market\",\"trade_id\":"u8).Number(trade.Id)
                .Add(",\"timestamp\":\""u8).Timestamp(micros ?? trade.Micros).Add("\"},"u8);
        }

        frame.TrimComma().Add("]}"u8);
    }

    /// <summary>Writes a snapshot of the given depth.</summary>
    public void WriteSnapshot(Utf8Builder frame, SimulatedMarket market, int depth)
    {
        visible.Clear();
        foreach (var level in market.Book.Bids.Take(depth))
            visible.Add(new(true, level.Price, level.Size));
        foreach (var level in market.Book.Asks.Take(depth))
            visible.Add(new(false, level.Price, level.Size));
        WriteBook(frame, market, "snapshot", visible);
        frame.Add("}]}"u8);
    }

    private void WriteBook(Utf8Builder frame, SimulatedMarket market, string type, List<LevelUpdate> updates)
    {
        frame.Add("{\"channel\":\"book\",\"type\":\""u8).Add(type)
            .Add("\",\"data\":[{\"symbol\":\""u8).Add(market.Spec.Symbol).Add("\",\"bids\":["u8);
        WriteSide(frame, market.Spec, updates, bids: true);
        frame.Add("],\"asks\":["u8);
        WriteSide(frame, market.Spec, updates, bids: false);
        frame.Add("],\"checksum\":"u8).Number(ComputeChecksum(market.Book));
    }

    private static void WriteSide(Utf8Builder frame, MarketSpec spec, List<LevelUpdate> updates, bool bids)
    {
        foreach (var update in updates)
        {
            if (update.Bid != bids)
                continue;
            frame.Add("{\"price\":"u8).Decimal(update.Price, spec.PriceDecimals)
                .Add(",\"qty\":"u8).Decimal(update.Size, spec.SizeDecimals).Add("},"u8);
        }

        frame.TrimComma();
    }

    /// <summary>
    /// Ten asks ascending, then ten bids descending. Integers of units equal the digits without the decimal point and leading zeros.
    /// </summary>
    private uint ComputeChecksum(SimulatedBook book)
    {
        checksumText.Clear();
        for (var i = 0; i < Math.Min(ChecksumDepth, book.Asks.Count); i++)
            checksumText.Number(book.Asks[i].Price).Number(book.Asks[i].Size);
        for (var i = 0; i < Math.Min(ChecksumDepth, book.Bids.Count); i++)
            checksumText.Number(book.Bids[i].Price).Number(book.Bids[i].Size);
        return Crc32.Compute(checksumText.Written);
    }

    private void CollectVisible(SimulatedBook book, int depth)
    {
        visible.Clear();
        AddVisibleUpdates(book.PreviousBids, book.Bids, depth, bid: true);
        AddVisibleUpdates(book.PreviousAsks, book.Asks, depth, bid: false);
    }

    /// <summary>
    /// Adds the updates that a view of <paramref name="depth"/> levels needs: applying them and truncating to the depth gives the new view.
    /// </summary>
    private void AddVisibleUpdates(List<SimulatedLevel> before, List<SimulatedLevel> after, int depth, bool bid)
    {
        var (old, now) = (0, 0);
        while ((old < before.Count && old < depth) || (now < after.Count && now < depth))
        {
            var gone = old < before.Count ? before[old].Price : (long?)null;
            var there = now < after.Count ? after[now].Price : (long?)null;
            if (gone == there)
            {
                // A level that was below the view is new to it, changed or not.
                if (now < depth && (old >= depth || before[old].Size != after[now].Size))
                    visible.Add(new(bid, after[now].Price, after[now].Size));
                (old, now) = (old + 1, now + 1);
            }
            else if (there is null || (gone is not null && (bid ? gone > there : gone < there)))
            {
                if (old < depth)
                    visible.Add(new(bid, before[old].Price, 0));
                old++;
            }
            else
            {
                if (now < depth)
                    visible.Add(new(bid, after[now].Price, after[now].Size));
                now++;
            }
        }
    }
}
