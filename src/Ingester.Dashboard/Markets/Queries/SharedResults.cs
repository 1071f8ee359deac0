using Ingester.Dashboard.Stores;

namespace Ingester.Dashboard.Markets.Queries;

/// <summary>
/// Results that viewers share: of several viewers who ask the same at the same time, one query runs, and its result stays for a while. The number of results is
/// bounded. A query does not end when its viewer leaves. Thread-safe.
/// </summary>
/// <param name="capacity">Maximum number of results; the oldest ones are dropped.</param>
/// <param name="lifetime">How long a result is used. Faults are not kept.</param>
/// <param name="clock">The clock.</param>
internal sealed class SharedResults<TKey, TValue>(int capacity, TimeSpan lifetime, TimeProvider clock)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, (Task<TValue> Result, long Started)> results = [];

    /// <summary>The result of a query.</summary>
    /// <param name="key">What is asked.</param>
    /// <param name="query">Runs the query.</param>
    /// <param name="cancellation">Ends the wait, not the query.</param>
    /// <exception cref="DashboardFault">The query failed.</exception>
    public async Task<TValue> GetAsync(TKey key, Func<Task<TValue>> query, CancellationToken cancellation)
    {
        Task<TValue> result;
        lock (gate)
        {
            if (results.TryGetValue(key, out var known) && (!known.Result.IsCompleted || (known.Result.IsCompletedSuccessfully && clock.GetElapsedTime(known.Started) < lifetime)))
                result = known.Result;
            else
            {
                if (results.Count >= capacity && !results.ContainsKey(key))
                    results.Remove(results.MinBy(static one => one.Value.Started).Key);
                result = Task.Run(query, CancellationToken.None);
                results[key] = (result, clock.GetTimestamp());
            }
        }

        return await result.WaitAsync(cancellation);
    }
}
