using Ingester.Core.Markets;
using Ingester.Simulator.Events;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Protocols.Binance;

/// <summary>Writes the combined-stream frames of the Binance family; <paramref name="futures"/> selects the USD-M format.</summary>
internal sealed class BinanceFrameWriter(bool futures) : IFrameWriter
{
    /// <inheritdoc/>
    public bool CanGroupTrades => false;

    /// <inheritdoc/>
    public bool Write(Utf8Builder frame, StreamChannel channel, SimulatedEvent simulatedEvent)
    {
        frame.Add("{\"stream\":\""u8).Add(channel.Name).Add("\",\"data\":{"u8);
        var spec = channel.Stream.Market.Spec;
        switch (channel.Stream.Id.Dataset)
        {
            case Dataset.Trades: WriteTrade(frame, spec, simulatedEvent); break;
            case Dataset.AggTrades: WriteAggTrade(frame, spec, simulatedEvent); break;
            default: WriteDiff(frame, spec, simulatedEvent); break;
        }

        frame.Add("}}"u8);
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<LevelUpdate> VisibleUpdates(SimulatedStream stream, SimulatedEvent simulatedEvent) => simulatedEvent.LevelUpdates;

    private void WriteTrade(Utf8Builder frame, MarketSpec spec, SimulatedEvent simulatedEvent)
    {
        var trade = simulatedEvent.Trades[0];
        var time = simulatedEvent.Micros / 1_000;
        frame.Add("\"e\":\"trade\",\"E\":"u8).Number(time + trade.Id % 3);
        if (futures)
            frame.Add(",\"T\":"u8).Number(time);
        frame.Add(",\"s\":\""u8).Add(spec.Symbol).Add("\",\"t\":"u8).Number(trade.Id);
        WritePrice(frame, spec, trade);
        if (futures)
            frame.Add(",\"X\":\"MARKET\""u8);
        else
            frame.Add(",\"T\":"u8).Number(time);
        WriteSide(frame, trade);
    }

    private void WriteAggTrade(Utf8Builder frame, MarketSpec spec, SimulatedEvent simulatedEvent)
    {
        var trade = simulatedEvent.Trades[0];
        var time = simulatedEvent.Micros / 1_000;
        frame.Add("\"e\":\"aggTrade\",\"E\":"u8).Number(time + trade.Id % 3);
        if (futures)
            frame.Add(",\"a\":"u8).Number(trade.Id).Add(",\"s\":\""u8).Add(spec.Symbol).Add("\""u8);
        else
            frame.Add(",\"s\":\""u8).Add(spec.Symbol).Add("\",\"a\":"u8).Number(trade.Id);
        WritePrice(frame, spec, trade);
        frame.Add(",\"f\":"u8).Number(trade.FirstTradeId).Add(",\"l\":"u8).Number(trade.LastTradeId).Add(",\"T\":"u8).Number(time);
        WriteSide(frame, trade);
    }

    private void WriteDiff(Utf8Builder frame, MarketSpec spec, SimulatedEvent simulatedEvent)
    {
        var range = simulatedEvent.Range!.Value;
        var time = simulatedEvent.Micros / 1_000;
        frame.Add("\"e\":\"depthUpdate\",\"E\":"u8).Number(time);
        if (futures)
            frame.Add(",\"T\":"u8).Number(time);
        frame.Add(",\"s\":\""u8).Add(spec.Symbol).Add("\",\"U\":"u8).Number(simulatedEvent.FirstUpdate).Add(",\"u\":"u8).Number(range.UpTo);
        if (futures)
            frame.Add(",\"pu\":"u8).Number(range.After);
        frame.Add(",\"b\":"u8);
        LevelJson.WriteLevels(frame, spec, simulatedEvent.LevelUpdates, bids: true);
        frame.Add(",\"a\":"u8);
        LevelJson.WriteLevels(frame, spec, simulatedEvent.LevelUpdates, bids: false);
    }

    private static void WritePrice(Utf8Builder frame, MarketSpec spec, SimulatedTrade trade) => frame
        .Add(",\"p\":\""u8).Decimal(trade.Price, spec.PriceDecimals).Add("\",\"q\":\""u8).Decimal(trade.Size, spec.SizeDecimals).Add("\""u8);

    /// <summary>The buyer is the maker if the taker sells.</summary>
    private void WriteSide(Utf8Builder frame, SimulatedTrade trade)
    {
        frame.Add(trade.TakerSells ? ",\"m\":true"u8 : ",\"m\":false"u8);
        if (!futures)
            frame.Add(",\"M\":true"u8);
    }
}
