using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>Hyperliquid. If the first trades of a coin after its subscription have different times, they are replayed and are not events.</summary>
internal sealed class HyperliquidReader : IPlainReader
{
    private readonly HashSet<string> started = [];

    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        var data = frame.TryGetProperty("data", out var found) ? found : default;
        switch (frame.Text("channel"))
        {
            case "subscriptionResponse" when data.GetProperty("subscription") is var subscription && subscription.Text("type") == "trades":
                started.Remove(subscription.Text("coin"));
                break;
            case "trades" when data.GetArrayLength() > 0:
                var isRepeated = started.Add(data[data.GetArrayLength() - 1].Text("coin")) && data.EnumerateArray().Select(trade => trade.Since1970("time")).Distinct().Skip(1).Any();
                foreach (var trade in data.EnumerateArray().Where(_ => !isRepeated))
                    reading.Trade(trade.Text("coin"), trade.Digits("tid"), trade.Since1970("time"), trade.Text("side") is "A", trade.Digits("px"), trade.Digits("sz"), isNumbered: false);
                break;
            case "l2Book":
                reading.Book(data.Text("coin"), data.Since1970("time"));
                break;
            default:
                break; // channels that are not recorded
        }
    }
}
