using System.Buffers;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Keys;
using Ingester.Deriving.Candles;
using Ingester.Storage.Stores;

namespace Ingester.Candles;

/// <summary>
/// Writes the newest candles of each series to <c>{ticker}/{timeframe}.json</c>, a JSON array, oldest first. The file is overwritten at each run; the ticker is the exchange's
/// own symbol.
/// </summary>
/// <param name="files">Where the files are.</param>
internal sealed class LatestCandles(IReplacingStore files)
{
    /// <summary>Replaces the file of a series.</summary>
    /// <exception cref="StoreException">The file cannot be written.</exception>
    public async Task WriteAsync(string symbol, CandleSeries series, IEnumerable<Candle> candles, CancellationToken cancel)
    {
        var body = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartArray();
            foreach (var candle in candles)
                CandleRow.Write(json, candle);
            json.WriteEndArray();
        }

        await files.ReplaceAsync($"{KeyEncoding.Encode(symbol)}/{CandleIntervals.NameOf(series.Interval)}.json", body.WrittenMemory, "application/json", cancel);
    }
}
