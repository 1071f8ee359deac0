using Ingester.Storage.Stores;

namespace Ingester.Storage.Writing;

/// <summary>Whether requests to the store succeed.</summary>
/// <param name="FailingFor">How long requests have been failing; zero while they succeed.</param>
/// <param name="Failure">The last failure; null while requests succeed.</param>
internal readonly record struct StoreHealth(TimeSpan FailingFor, StoreException? Failure)
{
    /// <summary>The message of the last failure; null while requests succeed.</summary>
    public string? Reason => Failure?.Message;

    /// <summary>True when the last failure is permanent: an operator must act.</summary>
    public bool IsRefusing => Failure is { IsPermanent: true };
}
