using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Kraken v2.</summary>
internal sealed class KrakenReader : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        var (channel, isSnapshot) = (frame.Text("channel"), frame.Text("type") == "snapshot");
        foreach (var item in channel is "trade" or "book" ? frame.GetProperty("data").EnumerateArray() : default)
            if (channel == "trade")
                reading.Trade(
                    item.GetProperty("symbol").GetString()!, item.Digits("trade_id"), item.UtcTime("timestamp"), item.Sells("side"), item.Digits("price"), item.Digits("qty"), isSnapshot);
            else if (isSnapshot)
                reading.Book(item.GetProperty("symbol").GetString()!, item.TryGetProperty("timestamp", out _) ? item.UtcTime("timestamp") : 0);
            else
                reading.Diff(
                    item.GetProperty("symbol").GetString()!, null, null, item.UtcTime("timestamp"),
                    Levels(item.GetProperty("bids"), "price", "qty"), Levels(item.GetProperty("asks"), "price", "qty"));
    }
}
