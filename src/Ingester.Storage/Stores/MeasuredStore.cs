using System.Diagnostics;
using Ingester.Core.Memory;
using Ingester.Core.Telemetry;

namespace Ingester.Storage.Stores;

/// <summary>Measures the latency of a store. Each measurement is one request, so that the count equals the number of billed requests.</summary>
internal sealed class MeasuredStore(IObjectStore store, IngesterMeter meter) : IObjectStore
{
    /// <inheritdoc/>
    public Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation) =>
        MeasureAsync("write", store.PutAsync(key, body, metadata, cancellation));

    /// <inheritdoc/>
    public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => MeasureAsync("look-up", store.HeadAsync(key, cancellation));

    /// <inheritdoc/>
    public Task<Stream?> GetAsync(string key, CancellationToken cancellation) => MeasureAsync("read", store.GetAsync(key, cancellation));

    /// <inheritdoc/>
    public Task<Stream?> GetRangeAsync(string key, long offset, int length, CancellationToken cancellation) =>
        MeasureAsync("read", store.GetRangeAsync(key, offset, length, cancellation));

    /// <inheritdoc/>
    public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation) => store.ListAsync(prefix, cancellation);

    private async Task<T> MeasureAsync<T>(string kind, Task<T> asking)
    {
        var began = Stopwatch.GetTimestamp();
        var outcome = "failed";
        try
        {
            var answer = await asking;
            outcome = "done";
            return answer;
        }
        finally
        {
            meter.StoreLatency.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, IngesterMeter.KindTag(kind), IngesterMeter.OutcomeTag(outcome));
        }
    }
}
