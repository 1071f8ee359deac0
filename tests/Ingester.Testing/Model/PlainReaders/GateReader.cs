using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Gate v4. Spot sends one trade per frame, futures a list of trades whose size is negative when the taker sold.</summary>
/// <param name="isFutures">True for futures.</param>
internal sealed class GateReader(bool isFutures) : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        if (frame.Text("type") == "upgrade" || frame.Text("event") != "update")
            return;
        switch (frame.Text("channel"))
        {
            case "spot.trades":
                var single = frame.GetProperty("result");
                reading.Trade(
                    single.GetProperty("currency_pair").GetString()!, single.Digits("id"), single.Since1970("create_time_ms"), single.Sells("side"), single.Digits("price"), single.Digits("amount"));
                break;
            case "futures.trades":
                foreach (var trade in frame.GetProperty("result").EnumerateArray())
                    reading.Trade(
                        trade.GetProperty("contract").GetString()!, trade.Digits("id"), trade.Since1970("create_time_ms"), trade.Digits("size").StartsWith('-'), trade.Digits("price"),
                        trade.Digits("size").TrimStart('-'));
                break;
            case "spot.order_book_update" or "futures.order_book_update":
                ReadBook(frame.GetProperty("result"), reading);
                break;
            default:
                break; // channels that are not recorded
        }
    }

    private void ReadBook(JsonElement book, FuzzReading reading)
    {
        var (symbol, ts, bids, asks) = (book.GetProperty("s").GetString()!, book.Since1970("t"), Side(book.GetProperty("b")), Side(book.GetProperty("a")));
        if (book.TryGetProperty("full", out var full) && full.GetBoolean())
            reading.Book(symbol, ts);
        else
            reading.Diff(symbol, book.Number("U") - 1, book.Number("u"), ts, bids, asks);
    }

    private string Side(JsonElement levels) => levels.ValueKind == JsonValueKind.Null ? "" : isFutures ? Levels(levels, "p", "s") : Levels(levels);
}
