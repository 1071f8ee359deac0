using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>HitBTC v3, also used by Bequant. The content is an object whose property names are the symbols.</summary>
internal sealed class HitBtcReader : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        var (channel, isSnapshot) = (frame.Text("ch"), frame.TryGetProperty("snapshot", out var content));
        if (channel is not ("trades" or "orderbook/full"))
            return;
        foreach (var market in (isSnapshot ? content : frame.GetProperty("update")).EnumerateObject())
            if (channel == "orderbook/full")
                ReadBook(market.Name, isSnapshot, market.Value, reading);
            else
                foreach (var trade in market.Value.EnumerateArray())
                    reading.Trade(market.Name, trade.Digits("i"), trade.Since1970("t"), trade.Sells("s"), trade.Digits("p"), trade.Digits("q"), isSnapshot);
    }

    private static void ReadBook(string symbol, bool isSnapshot, JsonElement book, FuzzReading reading)
    {
        var (last, ts) = (book.Number("s"), book.Since1970("t"));
        if (isSnapshot)
            reading.Book(symbol, ts);
        else
            reading.Diff(symbol, last - 1, last, ts, Levels(book.GetProperty("b")), Levels(book.GetProperty("a")));
    }
}
