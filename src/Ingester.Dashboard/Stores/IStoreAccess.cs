namespace Ingester.Dashboard.Stores;

/// <summary>Reads the store. Every fault is a <see cref="DashboardFault"/>. Thread-safe.</summary>
internal interface IStoreAccess
{
    /// <summary>The store as messages name it, such as <c>the directory /data</c>.</summary>
    string Description { get; }

    /// <summary>The text after <c>--store</c> that opens the same store with the commands of <c>ingester</c>.</summary>
    string Address { get; }

    /// <summary>The arguments with which the commands of <c>ingester</c> open the same store from any folder of this machine. Default: <c>--store</c> and the address.</summary>
    IReadOnlyList<string> CommandArguments => ["--store", Address];

    /// <summary>Directory for results of closed days; null when they are kept in memory only.</summary>
    string? CacheDirectory { get; }

    /// <summary>Runs a query.</summary>
    /// <param name="query">The query. It must observe its cancellation token.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <param name="limit">Time after which the query is cancelled. Default: 60 seconds.</param>
    /// <exception cref="DashboardFault">The store or an object cannot be read, or the time is over.</exception>
    Task<T> ReadAsync<T>(Func<OpenedStore, CancellationToken, Task<T>> query, CancellationToken cancellation, TimeSpan? limit = null);
}
