using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Deriving.Candles;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Polly;

namespace Ingester.Candles;

/// <summary>Stores objects with candles. An object is written once: one that exists is not replaced.</summary>
/// <param name="store">The store.</param>
/// <param name="prefix">The prefix of all keys, without a slash at its end.</param>
/// <param name="clock">Clock for the delays between attempts.</param>
internal sealed class CandleStorage(IObjectStore store, string prefix, TimeProvider clock)
{
    private readonly IRowCodec codec = RowCodec.Create(new());
    private readonly ResiliencePipeline<PutOutcome> retry = StoreRetry.Create(clock, StoreRetry.ReadRetries, StoreRetry.Transient<PutOutcome>());

    /// <summary>The stored candles.</summary>
    public CandleArchive Archive { get; } = new(store, prefix);

    /// <summary>Stores the candles of a day.</summary>
    /// <exception cref="StoreException">The store rejects the object or does not answer.</exception>
    public async Task<CandleObject> StoreAsync(CandleSeries series, CandleDay day, CancellationToken cancel)
    {
        using var rows = new RowBuffer();
        foreach (var candle in day.Candles)
            CandleRow.Append(rows, candle);
        var key = CandleKey.Of(prefix, series, day.Span);
        var metadata = new ObjectMetadata(RowCompression.Hash(rows), day.Candles.Count, ObjectMetadata.FormatVersion);
        using var packed = codec.Compress(rows);
        var outcome = await retry.ExecuteAsync(async token => await store.PutAsync(key, packed, metadata, token), cancel);
        var text = new byte[rows.Length];
        rows.CopyTo(text);
        return new(key, text, day.Candles.Count, outcome);
    }
}
