using System.Globalization;
using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Upbit and Bithumb. The first trade after a subscription, with the stream type SNAPSHOT, is not an event.</summary>
internal sealed class UpbitReader : IPlainReader
{
    private const long FirstMicros = 100_000_000_000_001;

    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        var symbol = frame.Text("cd");
        if (frame.Text("ty") == "trade" && frame.Text("st") != "SNAPSHOT")
            reading.Trade(symbol, frame.Digits("sid"), TimeOf(frame), frame.Text("ab") == "ASK", frame.Digits("tp"), frame.Digits("tv"), isNumbered: false);
        else if (frame.Text("ty") == "orderbook")
            reading.Book(symbol, TimeOf(frame));
    }

    private static long TimeOf(JsonElement frame)
    {
        var time = long.Parse(frame.Digits("tms"), CultureInfo.InvariantCulture);
        return time >= FirstMicros ? time : time * 1_000;
    }
}
