using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>OKX v5. An update without levels that repeats the id, or has none, is a heartbeat.</summary>
internal sealed class OkxReader : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        if (frame.Text("event").Length > 0 || !frame.TryGetProperty("arg", out var arg))
            return;
        if (arg.Text("channel") == "trades")
            foreach (var trade in frame.GetProperty("data").EnumerateArray())
                reading.Trade(
                    trade.GetProperty("instId").GetString()!, trade.Digits("tradeId"), trade.Since1970("ts"), trade.Sells("side"), trade.Digits("px"), trade.Digits("sz"),
                    count: trade.TryGetProperty("count", out _) ? trade.Number("count") : 1);
        else if (arg.Text("channel") is "books" or "books-l2-tbt")
            ReadBook(arg.Text("instId"), frame.Text("action") == "snapshot", frame.GetProperty("data")[0], reading);
    }

    private static void ReadBook(string symbol, bool isSnapshot, JsonElement book, FuzzReading reading)
    {
        var (ts, bids, asks) = (book.Since1970("ts"), Levels(book.GetProperty("bids")), Levels(book.GetProperty("asks")));
        long? last = book.TryGetProperty("seqId", out _) ? book.Number("seqId") : null, previous = book.TryGetProperty("prevSeqId", out _) ? book.Number("prevSeqId") : null;
        if (isSnapshot)
            reading.Book(symbol, ts);
        else if (last == previous && bids.Length + asks.Length == 0)
            reading.Time(ts);
        else
            reading.Diff(symbol, last > previous ? previous : last - 1, last, ts, bids, asks);
    }
}
