namespace Ingester.Storage.Writing;

/// <summary>How requests are sent to the store.</summary>
/// <param name="Concurrency">Maximum number of concurrent requests of the upload workers.</param>
/// <param name="RetryDelay">Upper bound of the random delay after the first failure; it doubles with each further failure.</param>
/// <param name="MaxRetryDelay">Maximum of that bound.</param>
internal sealed record RequestLimits(int Concurrency, TimeSpan RetryDelay, TimeSpan MaxRetryDelay);
