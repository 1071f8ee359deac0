namespace Ingester.Storage.Stores;

/// <summary>The result of a write.</summary>
internal enum PutOutcome
{
    /// <summary>The object was written and is durable.</summary>
    Stored,

    /// <summary>The key exists already; the existing object was not changed.</summary>
    Exists,
}
