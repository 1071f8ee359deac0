using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Deribit.</summary>
internal sealed class DeribitReader : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        if (frame.Text("method") != "subscription" || !frame.TryGetProperty("params", out var parameters))
            return;
        var channel = parameters.Text("channel");
        if (channel.Count(letter => letter == '.') != 2)
            return;
        if (channel.StartsWith("trades.", StringComparison.Ordinal))
            foreach (var trade in parameters.GetProperty("data").EnumerateArray())
                reading.Trade(
                    trade.GetProperty("instrument_name").GetString()!, trade.Digits("trade_seq"), trade.Since1970("timestamp"), trade.Sells("direction"), trade.Digits("price"),
                    trade.Digits("amount"));
        else if (channel.StartsWith("book.", StringComparison.Ordinal))
            ReadBook(parameters.GetProperty("data"), reading);
    }

    private static void ReadBook(JsonElement book, FuzzReading reading)
    {
        var (symbol, ts) = (book.GetProperty("instrument_name").GetString()!, book.Since1970("timestamp"));
        if (book.Text("type") == "snapshot")
            reading.Book(symbol, ts);
        else
            reading.Diff(symbol, book.Number("prev_change_id"), book.Number("change_id"), ts, Levels(book.GetProperty("bids"), first: 1), Levels(book.GetProperty("asks"), first: 1));
    }
}
