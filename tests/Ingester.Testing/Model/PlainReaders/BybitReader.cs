using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Bybit v5.</summary>
/// <param name="hasTradeIds">True when the ids of trades are numbers.</param>
internal sealed class BybitReader(bool hasTradeIds) : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        var topic = frame.Text("topic");
        if (topic.StartsWith("publicTrade.", StringComparison.Ordinal))
            foreach (var trade in frame.GetProperty("data").EnumerateArray())
                reading.Trade(
                    trade.GetProperty("s").GetString()!, trade.Digits("i"), trade.Since1970("T"), trade.Sells("S"), trade.Digits("p"), trade.Digits("v"), isNumbered: hasTradeIds);
        else if (topic.StartsWith("orderbook.", StringComparison.Ordinal))
            ReadBook(frame, frame.GetProperty("data"), reading);
    }

    private static void ReadBook(JsonElement frame, JsonElement data, FuzzReading reading)
    {
        var (symbol, upTo, ts) = (data.GetProperty("s").GetString()!, data.Number("u"), frame.Since1970("ts"));
        if (frame.Text("type") == "snapshot")
            reading.Book(symbol, ts);
        else
            reading.Diff(symbol, upTo - 1, upTo, ts, Levels(data.GetProperty("b")), Levels(data.GetProperty("a")));
    }
}
