using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>WOO X v3: one trade, or one diff whose ids are times in milliseconds.</summary>
internal sealed class WooXReader : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        switch (frame.Text("topic").Split('@'))
        {
            case ["trade", ..]:
                var trade = frame.GetProperty("data");
                reading.Trade(
                    trade.GetProperty("s").GetString()!, "", trade.Since1970("ts"), trade.Sells("sd"), trade.Digits("px"), trade.Digits("sx"), isNumbered: false);
                break;
            case ["orderbookupdate", .., "50"]:
                var diff = frame.GetProperty("data");
                reading.Diff(
                    diff.GetProperty("s").GetString()!, diff.Number("prevTs"), diff.Number("ts"), diff.Since1970("ts"), Levels(diff.GetProperty("bids")), Levels(diff.GetProperty("asks")));
                break;
            default:
                break; // responses, and topics that are not recorded
        }
    }
}
