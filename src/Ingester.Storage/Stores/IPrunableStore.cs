namespace Ingester.Storage.Stores;

/// <summary>A store from which objects can also be removed. Only published copies of exported files are, and the segments of certified days by <c>ingester expire</c>.</summary>
internal interface IPrunableStore : IReplaceableStore
{
    /// <summary>Removes an object; does nothing if it does not exist.</summary>
    Task DeleteAsync(string key, CancellationToken cancellation);
}
