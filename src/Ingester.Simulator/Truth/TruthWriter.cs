using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Simulator.Model;
using Ingester.Simulator.Wire;

namespace Ingester.Simulator.Truth;

/// <summary>Formats each event as the row that a recorder must store.</summary>
internal sealed class TruthWriter(IVenueFrames frames, SimulatorOptions options)
{
    private readonly TextBuilder text = new();

    /// <summary>Appends an event. Each trade of a frame becomes one row.</summary>
    public void Remember(SimulatedStream stream, MarketEvent happened, bool sent)
    {
        var spec = stream.Market.Spec;
        var keeps = options.Truth == TruthKeeping.Rows && stream.Truth.Asked;
        if (stream.Id.Dataset != Dataset.Depth)
        {
            foreach (var trade in happened.Trades)
            {
                stream.Truth.Count(new(trade.Id - 1, trade.Id), happened.Micros, sent);
                if (keeps)
                    stream.Truth.Keep(WriteTrade(spec, trade, happened.Micros, sent));
            }

            return;
        }

        var visible = frames.Visible(stream, happened);
        if (visible.Count == 0 && happened.Range is null)
            return;
        stream.Truth.Count(happened.Range, happened.Micros, sent);
        if (keeps)
            stream.Truth.Keep(WriteChange(spec, happened, visible, sent));
    }

    private ReadOnlySpan<byte> WriteTrade(MarketSpec spec, Trade trade, long micros, bool sent)
    {
        text.Clear().Add("{\"ts\":"u8).Number(micros).Add(",\"after\":"u8).Number(trade.Id - 1).Add(",\"upto\":"u8).Number(trade.Id);
        return Sent(sent).Add("{\"id\":\""u8).Number(trade.Id).Add("\",\"ts\":"u8).Number(micros)
            .Add(trade.TakerSells ? ",\"side\":\"sell\",\"price\":\""u8 : ",\"side\":\"buy\",\"price\":\""u8)
            .Decimal(trade.Price, spec.PriceDecimals).Add("\",\"size\":\""u8).Decimal(trade.Size, spec.SizeDecimals).Add("\"}}\n"u8).Written;
    }

    private ReadOnlySpan<byte> WriteChange(MarketSpec spec, MarketEvent happened, IReadOnlyList<Edit> visible, bool sent)
    {
        text.Clear().Add("{\"ts\":"u8).Number(happened.Micros);
        if (happened.Range is { } range)
            text.Add(",\"after\":"u8).Number(range.After).Add(",\"upto\":"u8).Number(range.UpTo);
        Sent(sent).Add("{\"ts\":"u8).Number(happened.Micros);
        if (happened.Range is { } covered)
            text.Add(",\"after\":"u8).Number(covered.After).Add(",\"upto\":"u8).Number(covered.UpTo);
        text.Add(",\"bids\":"u8);
        BinanceFrames.WriteLevels(text, spec, visible, bids: true);
        text.Add(",\"asks\":"u8);
        BinanceFrames.WriteLevels(text, spec, visible, bids: false);
        return text.Add("}}\n"u8).Written;
    }

    private TextBuilder Sent(bool sent) => text.Add(sent ? ",\"sent\":true,\"row\":"u8 : ",\"sent\":false,\"row\":"u8);
}
