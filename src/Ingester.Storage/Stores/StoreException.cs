namespace Ingester.Storage.Stores;

/// <summary>A store operation failed; the message is one sentence that names the action and the place.</summary>
internal sealed class StoreException(string message, bool permanent, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True when a retry cannot succeed before an operator acts (missing bucket, no permission).</summary>
    public bool IsPermanent { get; } = permanent;

    /// <summary>
    /// The cause without the object, such as <c>AccessDenied</c>: failures with the same code have the same cause. Empty if there is no short name.
    /// </summary>
    public string Code { get; init; } = "";
}
