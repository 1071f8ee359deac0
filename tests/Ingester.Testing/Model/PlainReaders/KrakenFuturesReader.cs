using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Kraken Futures: a diff is one level.</summary>
internal sealed class KrakenFuturesReader : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        if (frame.Text("event").Length > 0)
            return;
        switch (frame.Text("feed"))
        {
            case "trade":
                ReadTrade(frame, isReplayed: false, reading);
                break;
            case "trade_snapshot":
                foreach (var trade in frame.GetProperty("trades").EnumerateArray())
                    ReadTrade(trade, isReplayed: true, reading);
                break;
            case "book":
                var (level, sells, id) = (Level(frame.Digits("price"), frame.Digits("qty")), frame.Sells("side"), frame.Number("seq"));
                reading.Diff(frame.GetProperty("product_id").GetString()!, id - 1, id, frame.Since1970("timestamp"), sells ? "" : level, sells ? level : "");
                break;
            case "book_snapshot":
                reading.Book(frame.GetProperty("product_id").GetString()!, frame.Since1970("timestamp"));
                break;
            case "heartbeat" when frame.TryGetProperty("time", out _):
                reading.Time(frame.Since1970("time"));
                break;
            default:
                break;
        }
    }

    private static void ReadTrade(JsonElement trade, bool isReplayed, FuzzReading reading) => reading.Trade(
        trade.GetProperty("product_id").GetString()!, trade.Digits("seq"), trade.Since1970("time"), trade.Sells("side"), trade.Digits("price"), trade.Digits("qty"), isReplayed);
}
