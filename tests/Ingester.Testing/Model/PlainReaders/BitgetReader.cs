using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Bitget v3: trades of the action <c>snapshot</c> are repeated; a diff after a restart of the numbering names no previous id.</summary>
internal sealed class BitgetReader : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        if (frame.TryGetProperty("event", out _) || !frame.TryGetProperty("arg", out var arg))
            return;
        var (symbol, isSnapshot) = (arg.Text("symbol"), frame.Text("action") == "snapshot");
        if (arg.Text("topic") == "publicTrade")
            foreach (var trade in frame.GetProperty("data").EnumerateArray())
                reading.Trade(symbol, trade.Digits("i"), trade.Since1970("T"), trade.Sells("S"), trade.Digits("p"), trade.Digits("v"), isSnapshot);
        else if (arg.Text("topic") == "books")
            ReadBook(symbol, isSnapshot, frame.GetProperty("data")[0], reading);
    }

    private static void ReadBook(string symbol, bool isSnapshot, JsonElement book, FuzzReading reading)
    {
        var (previous, last, ts) = (book.Number("pseq"), book.Number("seq"), book.Since1970("ts"));
        if (isSnapshot)
            reading.Book(symbol, ts);
        else
            reading.Diff(symbol, previous > 0 ? previous : last - 1, last, ts, Levels(book.GetProperty("b")), Levels(book.GetProperty("a")));
    }
}
