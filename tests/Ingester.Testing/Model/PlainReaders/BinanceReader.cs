using System.Text.Json;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using static Ingester.Testing.Model.PlainReaders.ReaderContract.PlainValues;

namespace Ingester.Testing.Model.PlainReaders;

/// <summary>The Binance family.</summary>
/// <param name="isFutures">True for futures, whose diffs have the previous id and the time of the book.</param>
internal sealed class BinanceReader(bool isFutures) : IPlainReader
{
    /// <inheritdoc/>
    public void Read(JsonElement frame, FuzzReading reading)
    {
        string? channel = null;
        if (frame.TryGetProperty("stream", out var stream) && frame.TryGetProperty("data", out var data))
        {
            channel = stream.GetString()!;
            channel = channel[(channel.IndexOf('@', StringComparison.Ordinal) + 1)..];
            frame = data;
        }

        switch (frame.Text("e"))
        {
            case "trade" when channel is null or "trade": ReadTrade(frame, "trades", "t", reading); break;
            case "aggTrade" when channel is null or "aggTrade": ReadTrade(frame, "agg-trades", "a", reading); break;
            case "depthUpdate" when channel is null or "depth" || channel.StartsWith("depth@", StringComparison.Ordinal): ReadDiff(frame, reading); break;
            case "serverShutdown" when frame.TryGetProperty("E", out _): reading.Time(frame.Since1970("E")); break;
            default: break;
        }
    }

    private static void ReadTrade(JsonElement frame, string dataset, string id, FuzzReading reading) => reading.Trade(
        frame.GetProperty("s").GetString()!, frame.Digits(id), frame.Since1970("T"), frame.GetProperty("m").GetBoolean(), frame.Digits("p"), frame.Digits("q"), dataset: dataset);

    private void ReadDiff(JsonElement frame, FuzzReading reading) => reading.Diff(
        frame.GetProperty("s").GetString()!, isFutures ? frame.Number("pu") : frame.Number("U") - 1, frame.Number("u"), frame.Since1970(isFutures ? "T" : "E"),
        Levels(frame.GetProperty("b")), Levels(frame.GetProperty("a")));
}
