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
internal sealed class LatestCandles(IReplaceableStore files)
{
    /// <summary>Replaces the file of a series.</summary>
    /// <exception cref="StoreException">The file cannot be written.</exception>
    public async Task WriteAsync(string symbol, CandleSeries series, IEnumerable<Candle> candles, CancellationToken cancel)
    {
        var key = $"{KeyEncoding.Encode(symbol)}/{CandleIntervals.NameOf(series.Interval)}.json";
        var path = Path.GetTempFileName();
        try
        {
            await using (var file = File.Create(path))
            await using (var json = new Utf8JsonWriter(file))
            {
                json.WriteStartArray();
                foreach (var candle in candles)
                    CandleRow.Write(json, candle);
                json.WriteEndArray();
            }

            while (!await files.ReplaceAsync(key, path, await files.GetTagAsync(key, cancel), cancel))
                cancel.ThrowIfCancellationRequested(); // another run wrote it meanwhile: the last one counts
        }
        finally
        {
            File.Delete(path);
        }
    }
}
