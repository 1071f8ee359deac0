using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>KuCoin. A level with the price zero is not a level.</summary>
internal sealed class KucoinReader : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        var topic = frame.Text("topic");
        if (topic.StartsWith("/market/match:", StringComparison.Ordinal))
        {
            var trade = frame.GetProperty("data");
            reading.Trade(
                trade.GetProperty("symbol").GetString()!, trade.Digits("sequence"), trade.Since1970("time", digits: -3), trade.Sells("side"), trade.Digits("price"), trade.Digits("size"));
        }
        else if (topic.StartsWith("/market/level2:", StringComparison.Ordinal))
        {
            var diff = frame.GetProperty("data");
            var changes = diff.GetProperty("changes");
            reading.Diff(
                diff.GetProperty("symbol").GetString()!, diff.Number("sequenceStart") - 1, diff.Number("sequenceEnd"), diff.TryGetProperty("time", out _) ? diff.Since1970("time") : 0,
                Side(changes.GetProperty("bids")), Side(changes.GetProperty("asks")));
        }
    }

    private static string Side(JsonElement levels) => string.Concat(
        levels.EnumerateArray().Where(level => Digits(level[0]).Trim('0', '.').Length > 0).Select(level => Level(Digits(level[0]), Digits(level[1]))));
}
