using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Crypto.com Exchange v1. A message with the id of a request replays past trades; a diff that repeats the id is a heartbeat.</summary>
internal sealed class CryptoComReader : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        if (frame.Text("method") == "public/heartbeat" || !frame.TryGetProperty("result", out var result))
            return;
        switch (result.Text("channel"))
        {
            case "trade":
                foreach (var trade in result.GetProperty("data").EnumerateArray())
                    reading.Trade(
                        trade.GetProperty("i").GetString()!, trade.Digits("d"), trade.Since1970("t"), trade.Sells("s"), trade.Digits("p"), trade.Digits("q"), frame.TryGetProperty("id", out _) && frame.Number("id") >= 0);
                break;
            case "book":
                reading.Book(result.Text("instrument_name"), result.GetProperty("data")[0].Since1970("t"));
                break;
            case "book.update":
                ReadDiff(result.Text("instrument_name"), result.GetProperty("data")[0], reading);
                break;
            default:
                break; // channels that are not recorded
        }
    }

    private static void ReadDiff(string symbol, JsonElement diff, FuzzReading reading)
    {
        var (previous, last, ts, update) = (diff.Number("pu"), diff.Number("u"), diff.Since1970("t"), diff.GetProperty("update"));
        if (previous == last)
            reading.Time(ts);
        else
            reading.Diff(symbol, previous, last, ts, Levels(update.GetProperty("bids")), Levels(update.GetProperty("asks")));
    }
}
