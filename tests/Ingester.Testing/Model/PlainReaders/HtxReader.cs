using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>HTX. A diff of spot has ids and the time of its envelope; a diff of a linear contract has its own time and a counter of the connection, which is not an id.</summary>
/// <param name="isLinear">True for linear contracts.</param>
internal sealed class HtxReader(bool isLinear) : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        if (frame.Text("ch").Split('.', 3) is not ["market", var symbol, var channel])
            return;
        if (channel == "trade.detail")
            foreach (var trade in frame.GetProperty("tick").GetProperty("data").EnumerateArray())
                reading.Trade(
                    symbol, trade.Digits(isLinear ? "id" : "tradeId"), trade.Since1970("ts"), trade.Sells("direction"), trade.Digits("price"), trade.Digits("amount"));
        else if (channel == (isLinear ? "depth.size_150.high_freq" : "mbp.150"))
            ReadBook(symbol, frame, frame.GetProperty("tick"), reading);
    }

    private void ReadBook(string symbol, JsonElement frame, JsonElement tick, FuzzReading reading)
    {
        var (bids, asks) = (Side(tick, "bids"), Side(tick, "asks"));
        if (isLinear && tick.Text("event") == "snapshot")
            reading.Book(symbol, tick.Since1970("ts"));
        else if (isLinear)
            reading.Diff(symbol, null, null, tick.Since1970("ts"), bids, asks);
        else if (tick.Number("prevSeqNum") == tick.Number("seqNum"))
            reading.Time(frame.Since1970("ts"));
        else
            reading.Diff(symbol, tick.Number("prevSeqNum"), tick.Number("seqNum"), frame.Since1970("ts"), bids, asks);
    }

    private static string Side(JsonElement tick, string name) => tick.TryGetProperty(name, out var levels) && levels.ValueKind != JsonValueKind.Null ? Levels(levels) : "";
}
