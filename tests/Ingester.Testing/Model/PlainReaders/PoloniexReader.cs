using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Poloniex spot.</summary>
internal sealed class PoloniexReader : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        if (frame.Text("event").Length > 0)
            return;
        if (frame.Text("channel") == "trades")
            foreach (var trade in frame.GetProperty("data").EnumerateArray())
                reading.Trade(
                    trade.GetProperty("symbol").GetString()!, trade.Digits("id"), trade.Since1970("createTime"), trade.Sells("takerSide"), trade.Digits("price"), trade.Digits("quantity"));
        else if (frame.Text("channel") == "book_lv2")
            ReadBook(frame.Text("action") == "snapshot", frame.GetProperty("data")[0], reading);
    }

    private static void ReadBook(bool isSnapshot, JsonElement book, FuzzReading reading)
    {
        var symbol = book.GetProperty("symbol").GetString()!;
        if (isSnapshot)
            reading.Book(symbol);
        else
            reading.Diff(symbol, book.Number("lastId"), book.Number("id"), book.Since1970("createTime"), Levels(book.GetProperty("bids")), Levels(book.GetProperty("asks")));
    }
}
