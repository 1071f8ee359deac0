using Ingester.Core.Markets;
using Ingester.Simulator.Events;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;
using Ingester.Simulator.Options;
using Ingester.Simulator.Protocols;

namespace Ingester.Simulator.Exchanges;

/// <summary>Formats each event as the row that a recorder must store.</summary>
internal sealed class TruthWriter(IFrameWriter frames, SimulatorOptions options)
{
    private readonly Utf8Builder text = new();

    /// <summary>Appends an event. Each trade of a frame becomes one row.</summary>
    public void Append(SimulatedStream stream, SimulatedEvent simulatedEvent, bool sent)
    {
        var spec = stream.Market.Spec;
        var storesRows = options.TruthDetail == TruthDetail.Rows && stream.Truth.HasBeenSubscribed;
        if (stream.Id.Dataset != Dataset.Depth)
        {
            foreach (var trade in simulatedEvent.Trades)
            {
                stream.Truth.CountEvent(new(trade.Id - 1, trade.Id), simulatedEvent.Micros, sent);
                if (storesRows)
                    stream.Truth.AddLine(WriteTrade(spec, trade, simulatedEvent.Micros, sent));
            }

            return;
        }

        var visible = frames.VisibleUpdates(stream, simulatedEvent);
        if (visible.Count == 0 && simulatedEvent.Range is null)
            return;
        stream.Truth.CountEvent(simulatedEvent.Range, simulatedEvent.Micros, sent);
        if (storesRows)
            stream.Truth.AddLine(WriteDiff(spec, simulatedEvent, visible, sent));
    }

    private ReadOnlySpan<byte> WriteTrade(MarketSpec spec, SimulatedTrade trade, long micros, bool sent)
    {
        text.Clear().Add("{\"ts\":"u8).Number(micros).Add(",\"after\":"u8).Number(trade.Id - 1).Add(",\"upto\":"u8).Number(trade.Id);
        return AddSentField(sent).Add("{\"id\":\""u8).Number(trade.Id).Add("\",\"ts\":"u8).Number(micros)
            .Add(trade.TakerSells ? ",\"side\":\"sell\",\"price\":\""u8 : ",\"side\":\"buy\",\"price\":\""u8)
            .Decimal(trade.Price, spec.PriceDecimals).Add("\",\"size\":\""u8).Decimal(trade.Size, spec.SizeDecimals).Add("\"}}\n"u8).Written;
    }

    private ReadOnlySpan<byte> WriteDiff(MarketSpec spec, SimulatedEvent simulatedEvent, IReadOnlyList<LevelUpdate> visible, bool sent)
    {
        text.Clear().Add("{\"ts\":"u8).Number(simulatedEvent.Micros);
        if (simulatedEvent.Range is { } range)
            text.Add(",\"after\":"u8).Number(range.After).Add(",\"upto\":"u8).Number(range.UpTo);
        AddSentField(sent).Add("{\"ts\":"u8).Number(simulatedEvent.Micros);
        if (simulatedEvent.Range is { } covered)
            text.Add(",\"after\":"u8).Number(covered.After).Add(",\"upto\":"u8).Number(covered.UpTo);
        text.Add(",\"bids\":"u8);
        LevelJson.WriteLevels(text, spec, visible, bids: true);
        text.Add(",\"asks\":"u8);
        LevelJson.WriteLevels(text, spec, visible, bids: false);
        return text.Add("}}\n"u8).Written;
    }

    private Utf8Builder AddSentField(bool sent) => text.Add(sent ? ",\"sent\":true,\"row\":"u8 : ",\"sent\":false,\"row\":"u8);
}
