using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Deriving.Candles;

/// <summary>Reads stored candles.</summary>
/// <param name="store">The store.</param>
/// <param name="prefix">The prefix of all keys, without a slash at its end.</param>
internal sealed class StoredCandles(IObjectStore store, string prefix)
{
    private readonly CandleArchive archive = new(store, prefix);
    private readonly ObjectReader reader = new(store);

    /// <summary>The spans that stored objects cover in a UTC day, and the candles of that day by their starts.</summary>
    /// <exception cref="UnreadableObjectException">An object is damaged.</exception>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async Task<(IReadOnlyList<CandleSpan> Spans, IReadOnlyDictionary<long, Candle> Candles)> ReadDayAsync(CandleSeries series, long dayMicros, CancellationToken cancel)
    {
        var day = new CandleSpan(dayMicros, dayMicros + Micros.From(TimeSpan.FromDays(1)) - 1);
        var (spans, candles) = (new List<CandleSpan>(), new Dictionary<long, Candle>());
        await foreach (var key in archive.ListKeysAsync(series, day.FirstMicros, day.LastMicros, cancel))
        {
            if (CandleKey.ParseSpan(key) is not { } span || !day.Contains(span.FirstMicros))
                continue;
            spans.Add(span);
            foreach (var candle in Parse(key, await reader.LoadTextAsync(key, cancel)))
                candles.TryAdd(candle.StartMicros, candle);
        }

        return (spans, candles);
    }

    private static List<Candle> Parse(string key, ReadOnlyMemory<byte> text)
    {
        var candles = new List<Candle>();
        try
        {
            foreach (var line in text.Span.Split((byte)'\n'))
                if (!text.Span[line].IsEmpty)
                    candles.Add(CandleRow.Parse(text.Span[line]));
        }
        catch (JsonException invalid)
        {
            throw new UnreadableObjectException(key, $"line {candles.Count + 1}: {invalid.Message}", invalid);
        }

        return candles;
    }
}
