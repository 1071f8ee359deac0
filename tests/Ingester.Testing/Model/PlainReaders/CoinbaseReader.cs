using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Coinbase Exchange.</summary>
internal sealed class CoinbaseReader : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        var type = frame.GetProperty("type").GetString();
        if (type is "match" or "last_match")
            reading.Trade(
                frame.GetProperty("product_id").GetString()!, frame.Digits("trade_id"), frame.UtcTime("time"), sells: frame.GetProperty("side").GetString() == "buy", // the maker bought
                frame.Digits("price"), frame.Digits("size"), replayed: type == "last_match");
        else if (type == "l2update")
            reading.Diff(frame.GetProperty("product_id").GetString()!, null, null, frame.UtcTime("time"), Side(frame, isBid: true), Side(frame, isBid: false));
        else if (type == "snapshot")
            reading.Book(frame.GetProperty("product_id").GetString()!);
        else if (type == "heartbeat" && frame.TryGetProperty("time", out _))
            reading.Time(frame.UtcTime("time"));
    }

    private static string Side(JsonElement frame, bool isBid) => string.Concat(
        frame.GetProperty("changes").EnumerateArray().Where(diff => diff[0].GetString() == "buy" == isBid).Select(diff => Level(Digits(diff[1]), Digits(diff[2]))));
}
