using Ingester.Storage.Stores;

namespace Ingester.Storage.Writing;

/// <summary>How the store behaves.</summary>
/// <param name="FailingFor">How long it has taken nothing although it was asked; zero while it takes what it is given.</param>
/// <param name="Failure">What it said last; null while it takes what it is given.</param>
internal readonly record struct StoreHealth(TimeSpan FailingFor, StoreException? Failure)
{
    /// <summary>What it said last, in one sentence; null while it takes what it is given.</summary>
    public string? Reason => Failure?.Message;

    /// <summary>True when it refuses until someone acts: waiting alone does not help.</summary>
    public bool Refuses => Failure is { Permanent: true };
}
