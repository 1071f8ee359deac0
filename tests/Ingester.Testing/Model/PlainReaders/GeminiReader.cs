using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Gemini's WebSocket API: the first book of a symbol is its snapshot, and so is one whose two ids are equal.</summary>
internal sealed class GeminiReader : IPlainReader
{
    private const int Nanoseconds = -3;

    private readonly HashSet<string> symbols = [];

    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        var name = frame.Text("e");
        if (name == "depthUpdate")
            ReadBook(frame, frame.GetProperty("s").GetString()!, reading);
        else if (name == "trade" || (!frame.TryGetProperty("e", out _) && frame.TryGetProperty("t", out _)))
            reading.Trade(
                frame.GetProperty("s").GetString()!, frame.Digits("t"), frame.Since1970("E", Nanoseconds), frame.GetProperty("m").GetBoolean(), frame.Digits("p"), frame.Digits("q"));
    }

    private void ReadBook(JsonElement frame, string symbol, FuzzReading reading)
    {
        var (first, last, ts, bids, asks) = (frame.Number("U"), frame.Number("u"), frame.Since1970("E", Nanoseconds), Levels(frame.GetProperty("b")), Levels(frame.GetProperty("a")));
        if (symbols.Add(symbol) || first == last)
            reading.Book(symbol, ts);
        else
            reading.Diff(symbol, first, last, ts, bids, asks);
    }
}
