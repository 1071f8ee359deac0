using Ingester.Storage.Writing;
using Polly;

namespace Ingester.Storage.Stores;

/// <summary>A few quick retries of one request to the store. Longer outages are waited out by the writer (<see cref="StoreCircuit"/>), and reported by readers.</summary>
internal static class StoreRetry
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>How often readers try again.</summary>
    public const int Reads = 2;

    /// <summary>Retries with exponential waits that have jitter.</summary>
    /// <param name="clock">Measures the waits.</param>
    /// <param name="retries">How often at most.</param>
    /// <param name="handled">What is tried again.</param>
    public static ResiliencePipeline<T> Create<T>(TimeProvider clock, int retries, PredicateBuilder<T> handled) =>
        new ResiliencePipelineBuilder<T> { TimeProvider = clock }
            .AddRetry(new() { ShouldHandle = handled, MaxRetryAttempts = retries, Delay = FirstDelay, BackoffType = DelayBackoffType.Exponential, UseJitter = true })
            .Build();

    /// <summary>Failures of the store that may pass; a refusal does not.</summary>
    public static PredicateBuilder<T> Passing<T>() => new PredicateBuilder<T>().Handle<StoreException>(static failure => !failure.Permanent);
}
