namespace Ingester.Core.Storage;

/// <summary>How the store behaves.</summary>
/// <param name="FailingFor">How long it has taken nothing although it was asked; zero while it takes what it is given.</param>
/// <param name="Reason">What it said last, in one sentence; null while it takes what it is given.</param>
internal readonly record struct StoreHealth(TimeSpan FailingFor, string? Reason);
