using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Bitstamp: the time of a diff is its id.</summary>
internal sealed class BitstampReader : IPlainReader
{
    private const string Trades = "live_trades_";
    private const string Diffs = "diff_order_book_";

    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        var (word, channel) = (frame.Text("event"), frame.Text("channel"));
        if (word == "trade" && channel.StartsWith(Trades, StringComparison.Ordinal))
        {
            var trade = frame.GetProperty("data");
            reading.Trade(
                channel[Trades.Length..], trade.Digits("id"), trade.Since1970("microtimestamp", digits: 0), trade.Number("type") == 1, trade.Digits("price_str"), trade.Digits("amount_str"));
        }
        else if (word == "data" && channel.StartsWith(Diffs, StringComparison.Ordinal))
        {
            var diff = frame.GetProperty("data");
            var ts = diff.Since1970("microtimestamp", digits: 0);
            reading.Diff(channel[Diffs.Length..], ts - 1, ts, ts, Levels(diff.GetProperty("bids")), Levels(diff.GetProperty("asks")));
        }
    }
}
