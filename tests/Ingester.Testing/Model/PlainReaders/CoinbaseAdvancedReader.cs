using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Coinbase Advanced Trade.</summary>
internal sealed class CoinbaseAdvancedReader : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        var channel = frame.Text("channel");
        if (channel == "heartbeats")
            reading.Time(frame.UtcTime("timestamp"));
        foreach (var item in channel is "market_trades" or "l2_data" ? frame.GetProperty("events").EnumerateArray() : default)
            if (channel == "l2_data")
                ReadBook(item, frame.UtcTime("timestamp"), reading);
            else
                ReadTrades(item, reading);
    }

    private static void ReadTrades(JsonElement item, FuzzReading reading)
    {
        foreach (var trade in item.GetProperty("trades").EnumerateArray())
            reading.Trade(
                trade.GetProperty("product_id").GetString()!, trade.Digits("trade_id"), trade.UtcTime("time"), sells: !trade.Sells("side"), // the side of the maker
                trade.Digits("price"), trade.Digits("size"), replayed: item.Text("type") == "snapshot");
    }

    private static void ReadBook(JsonElement item, long frameTime, FuzzReading reading)
    {
        var (symbol, updates) = (item.GetProperty("product_id").GetString()!, item.GetProperty("updates").EnumerateArray().ToList());
        var ts = updates.Count == 0 ? frameTime : updates.Max(update => update.UtcTime("event_time"));
        if (item.Text("type") == "snapshot")
            reading.Book(symbol, ts);
        else if (updates.Count > 0)
            reading.Diff(symbol, null, null, ts, Side("bid"), Side("offer"));

        string Side(string side) => string.Concat(
            updates.Where(update => update.Text("side") == side).Select(update => Level(update.Digits("price_level"), update.Digits("new_quantity"))));
    }
}
