namespace Ingester.Storage.Writing;

/// <summary>Permission for one request to the store. Disposing it releases it if no result was reported.</summary>
/// <param name="Circuit">The circuit breaker that issued it.</param>
/// <param name="Number">Its number.</param>
/// <param name="Epoch">The state of the circuit breaker when it was issued.</param>
/// <param name="IsTrial">True if the circuit is half-open and this is the trial request.</param>
internal readonly record struct StorePermit(StoreCircuitBreaker Circuit, long Number, long Epoch, bool IsTrial) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Circuit.Release(this);
}
