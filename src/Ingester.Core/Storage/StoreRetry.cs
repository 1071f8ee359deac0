using Polly;
using Polly.Retry;

namespace Ingester.Core.Storage;

/// <summary>
/// Asks a store again until it answers or the process stops: exponential waits with full jitter, also at their cap. Everything that fails
/// as a <see cref="StoreException"/> is asked again, the permanent too: somebody may mend it, and until then the rows are kept.
/// </summary>
internal sealed class StoreRetry
{
    private readonly StorageOptions options;
    private readonly TimeProvider clock;
    private readonly StorageEvents events;
    private readonly CancellationToken hurry;
    private readonly Random random;
    private readonly ResiliencePipeline pipeline;

    /// <summary>When <paramref name="hurry"/> is cancelled, waits end, and later ones are no longer than the first.</summary>
    public StoreRetry(StorageOptions options, StorageIdentity identity, TimeProvider clock, StorageEvents events, CancellationToken hurry)
    {
        (this.options, this.clock, this.events, this.hurry) = (options, clock, events, hurry);
        random = new Random(unchecked((int)StableHash.Of(identity.Replica, identity.ProcessStartMicros.ToString("D"))));
        pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<StoreException>(),
                MaxRetryAttempts = int.MaxValue,
                Delay = TimeSpan.Zero, // the wait is in OnRetry, where a shutdown can end it without ending the upload
                OnRetry = WaitAsync,
            })
            .Build();
    }

    /// <summary>Runs one piece of work against the store until it succeeds.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        var result = await pipeline.ExecuteAsync(static async (work, cancellation) => await work(cancellation), work, cancellation);
        events.StoreAnswered();
        return result;
    }

    private async ValueTask WaitAsync(OnRetryArguments<object> failed)
    {
        events.AttemptFailed((StoreException)failed.Outcome.Exception!);
        var cancellation = failed.Context.CancellationToken;
        if (hurry.IsCancellationRequested)
        {
            await Task.Delay(Jitter(options.RetryDelay), clock, cancellation);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(hurry, cancellation);
        await Task.Delay(Jitter(Limit(failed.AttemptNumber)), clock, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }

    private TimeSpan Limit(int attempt)
    {
        var doubled = options.RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 30));
        return TimeSpan.FromMilliseconds(Math.Min(doubled, options.RetryDelayCap.TotalMilliseconds));
    }

    private TimeSpan Jitter(TimeSpan limit)
    {
        lock (random)
            return limit * random.NextDouble();
    }
}
