using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Wire;

/// <summary>Writes the combined-stream frames of the Binance family; <paramref name="futures"/> selects the USD-M format.</summary>
internal sealed class BinanceFrames(bool futures) : IVenueFrames
{
    /// <inheritdoc/>
    public bool GroupsTrades => false;

    /// <inheritdoc/>
    public bool Write(TextBuilder frame, Channel channel, MarketEvent happened)
    {
        frame.Add("{\"stream\":\""u8).Add(channel.Name).Add("\",\"data\":{"u8);
        var spec = channel.Stream.Market.Spec;
        switch (channel.Stream.Id.Dataset)
        {
            case Dataset.Trades: WriteTrade(frame, spec, happened); break;
            case Dataset.AggTrades: WriteMerged(frame, spec, happened); break;
            default: WriteChange(frame, spec, happened); break;
        }

        frame.Add("}}"u8);
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Edit> Visible(SimulatedStream stream, MarketEvent happened) => happened.Edits;

    /// <summary>Writes levels as <c>[["price","size"],…]</c>.</summary>
    public static void WriteLevels(TextBuilder text, MarketSpec spec, IReadOnlyList<Edit> edits, bool bids)
    {
        text.Add("["u8);
        for (var i = 0; i < edits.Count; i++)
        {
            if (edits[i].Bid == bids)
                WriteLevel(text, spec, edits[i].Price, edits[i].Size).Add(","u8);
        }

        text.Uncomma().Add("]"u8);
    }

    /// <summary>Writes one level as <c>["price","size"]</c>.</summary>
    public static TextBuilder WriteLevel(TextBuilder text, MarketSpec spec, long price, long size) => text
        .Add("[\""u8).Decimal(price, spec.PriceDecimals).Add("\",\""u8).Decimal(size, spec.SizeDecimals).Add("\"]"u8);

    private void WriteTrade(TextBuilder frame, MarketSpec spec, MarketEvent happened)
    {
        var trade = happened.Trades[0];
        var time = happened.Micros / 1_000;
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

    private void WriteMerged(TextBuilder frame, MarketSpec spec, MarketEvent happened)
    {
        var trade = happened.Trades[0];
        var time = happened.Micros / 1_000;
        frame.Add("\"e\":\"aggTrade\",\"E\":"u8).Number(time + trade.Id % 3);
        if (futures)
            frame.Add(",\"a\":"u8).Number(trade.Id).Add(",\"s\":\""u8).Add(spec.Symbol).Add("\""u8);
        else
            frame.Add(",\"s\":\""u8).Add(spec.Symbol).Add("\",\"a\":"u8).Number(trade.Id);
        WritePrice(frame, spec, trade);
        frame.Add(",\"f\":"u8).Number(trade.First).Add(",\"l\":"u8).Number(trade.Last).Add(",\"T\":"u8).Number(time);
        WriteSide(frame, trade);
    }

    private void WriteChange(TextBuilder frame, MarketSpec spec, MarketEvent happened)
    {
        var range = happened.Range!.Value;
        var time = happened.Micros / 1_000;
        frame.Add("\"e\":\"depthUpdate\",\"E\":"u8).Number(time);
        if (futures)
            frame.Add(",\"T\":"u8).Number(time);
        frame.Add(",\"s\":\""u8).Add(spec.Symbol).Add("\",\"U\":"u8).Number(happened.FirstUpdate).Add(",\"u\":"u8).Number(range.UpTo);
        if (futures)
            frame.Add(",\"pu\":"u8).Number(range.After);
        frame.Add(",\"b\":"u8);
        WriteLevels(frame, spec, happened.Edits, bids: true);
        frame.Add(",\"a\":"u8);
        WriteLevels(frame, spec, happened.Edits, bids: false);
    }

    private static void WritePrice(TextBuilder frame, MarketSpec spec, Trade trade) => frame
        .Add(",\"p\":\""u8).Decimal(trade.Price, spec.PriceDecimals).Add("\",\"q\":\""u8).Decimal(trade.Size, spec.SizeDecimals).Add("\""u8);

    /// <summary>The buyer is the maker if the taker sells.</summary>
    private void WriteSide(TextBuilder frame, Trade trade)
    {
        frame.Add(trade.TakerSells ? ",\"m\":true"u8 : ",\"m\":false"u8);
        if (!futures)
            frame.Add(",\"M\":true"u8);
    }
}
