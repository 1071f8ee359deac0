namespace Ingester.Storage.Stores;

/// <summary>The store did not do what it was asked; the message is one sentence that says what and where.</summary>
internal sealed class StoreException(string message, bool permanent, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True when asking again cannot help before someone acts (a missing bucket, no permission); false when it may.</summary>
    public bool Permanent { get; } = permanent;

    /// <summary>
    /// What went wrong without the object that it happened to, such as <c>AccessDenied</c>: two failures with the same code are one state of the store.
    /// Empty where nothing short names it.
    /// </summary>
    public string Code { get; init; } = "";
}
