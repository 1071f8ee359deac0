using Polly;

namespace Ingester.Storage.Stores;

/// <summary>
/// A few quick retries of one request to the store. For longer outages the circuit breaker of the writer waits and readers report an
/// error.
/// </summary>
internal static class StoreRetry
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Number of retries of readers.</summary>
    public const int ReadRetries = 2;

    /// <summary>Creates a pipeline that retries with exponential backoff and jitter.</summary>
    /// <param name="clock">The clock for the delays.</param>
    /// <param name="retries">Maximum number of retries.</param>
    /// <param name="handled">The results and exceptions that are retried.</param>
    public static ResiliencePipeline<T> Create<T>(TimeProvider clock, int retries, PredicateBuilder<T> handled) =>
        new ResiliencePipelineBuilder<T> { TimeProvider = clock }
            .AddRetry(new() { ShouldHandle = handled, MaxRetryAttempts = retries, Delay = FirstDelay, BackoffType = DelayBackoffType.Exponential, UseJitter = true })
            .Build();

    /// <summary>Matches failures of the store that are not permanent.</summary>
    public static PredicateBuilder<T> Transient<T>() => new PredicateBuilder<T>().Handle<StoreException>(static failure => !failure.IsPermanent);
}
