using Ingester.Storage.Stores;

namespace Ingester.Reading.Objects;

/// <summary>
/// An object is invalid (truncated, damaged or replaced), so none of its rows is used. The message contains the key and the reason.
/// </summary>
internal sealed class UnreadableObjectException(string key, string reason, Exception? inner = null)
    : Exception($"{key} is not readable: {reason}.", inner)
{
    /// <summary>The key.</summary>
    public string Key => key;

    /// <summary>True when the store did not return the object, so that its content is unknown.</summary>
    public bool IsStoreFailure => InnerException is StoreException;
}
