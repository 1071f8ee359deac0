using Ingester.Storage.Stores;

namespace Ingester.Reading.Objects;

/// <summary>An object is not what it must be (cut off, damaged, replaced): none of its rows is used. The message names it and says why.</summary>
internal sealed class UnreadableObjectException(string key, string reason, Exception? inner = null)
    : Exception($"{key} is not readable: {reason}.", inner)
{
    /// <summary>The key.</summary>
    public string Key => key;

    /// <summary>True when the store did not give it, so that nothing is known about what it holds.</summary>
    public bool IsStoreFailure => InnerException is StoreException;
}
