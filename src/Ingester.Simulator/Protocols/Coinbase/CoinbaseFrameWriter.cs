using Ingester.Core.Markets;
using Ingester.Simulator.Events;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Protocols.Coinbase;

/// <summary>Writes the frames of Coinbase Exchange.</summary>
internal sealed class CoinbaseFrameWriter : IFrameWriter
{
    /// <inheritdoc/>
    public bool CanGroupTrades => false;

    /// <inheritdoc/>
    public bool Write(Utf8Builder frame, StreamChannel channel, SimulatedEvent simulatedEvent)
    {
        var spec = channel.Stream.Market.Spec;
        if (channel.Stream.Id.Dataset == Dataset.Trades)
            WriteMatch(frame, spec, "match", simulatedEvent.Trades[0] with { Micros = simulatedEvent.Micros });
        else
            WriteDiff(frame, spec, simulatedEvent);
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<LevelUpdate> VisibleUpdates(SimulatedStream stream, SimulatedEvent simulatedEvent) => simulatedEvent.LevelUpdates;

    /// <summary>Writes a trade; <c>side</c> is the maker's side.</summary>
    public static void WriteMatch(Utf8Builder frame, MarketSpec spec, string type, SimulatedTrade trade) => frame
        .Add("{\"type\":\""u8).Add(type).Add("\",\"trade_id\":"u8).Number(trade.Id)
        .Add(",\"maker_order_id\":\""u8).Guid(OrderId(trade, 1)).Add("\",\"taker_order_id\":\""u8).Guid(OrderId(trade, 2))
        .Add(trade.TakerSells ? "\",\"side\":\"buy\",\"size\":\""u8 : "\",\"side\":\"sell\",\"size\":\""u8)
        .Decimal(trade.Size, spec.SizeDecimals).Add("\",\"price\":\""u8).Decimal(trade.Price, spec.PriceDecimals)
        .Add("\",\"product_id\":\""u8).Add(spec.Symbol).Add("\",\"sequence\":"u8).Number(trade.Sequence)
        .Add(",\"time\":\""u8).Timestamp(trade.Micros).Add("\"}"u8);

    /// <summary>Writes a snapshot.</summary>
    public static void WriteSnapshot(Utf8Builder frame, SimulatedMarket market)
    {
        frame.Add("{\"type\":\"snapshot\",\"product_id\":\""u8).Add(market.Spec.Symbol).Add("\",\"asks\":["u8);
        foreach (var level in market.Book.Asks)
            LevelJson.WriteLevel(frame, market.Spec, level.Price, level.Size).Add(","u8);
        frame.TrimComma().Add("],\"bids\":["u8);
        foreach (var level in market.Book.Bids)
            LevelJson.WriteLevel(frame, market.Spec, level.Price, level.Size).Add(","u8);
        frame.TrimComma().Add("]}"u8);
    }

    private static void WriteDiff(Utf8Builder frame, MarketSpec spec, SimulatedEvent simulatedEvent)
    {
        frame.Add("{\"type\":\"l2update\",\"product_id\":\""u8).Add(spec.Symbol).Add("\",\"changes\":["u8);
        foreach (var update in simulatedEvent.LevelUpdates)
        {
            frame.Add(update.Bid ? "[\"buy\",\""u8 : "[\"sell\",\""u8).Decimal(update.Price, spec.PriceDecimals)
                .Add("\",\""u8).Decimal(update.Size, spec.SizeDecimals).Add("\"],"u8);
        }

        frame.TrimComma().Add("],\"time\":\""u8).Timestamp(simulatedEvent.Micros).Add("\"}"u8);
    }

    /// <summary>A deterministic order id.</summary>
    private static Guid OrderId(SimulatedTrade trade, byte part) =>
        new((int)trade.Id, (short)(trade.Price >> 3), 0x4000, 0x80, part, (byte)trade.Price, (byte)(trade.Size >> 8), (byte)trade.Size, 7, part, 3);
}
