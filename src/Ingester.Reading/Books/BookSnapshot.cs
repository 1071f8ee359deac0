namespace Ingester.Reading.Books;

/// <summary>The snapshot from which a book was reconstructed.</summary>
/// <param name="Key">The key of its object.</param>
/// <param name="Replica">The replica that stored it.</param>
/// <param name="Micros">Its exchange time, microseconds UTC.</param>
/// <param name="UpTo">The last id that it contains; null when the exchange has no sequence ids.</param>
/// <param name="Levels">Maximum number of levels on each side; null when the snapshot is complete.</param>
/// <param name="Reason">Why the snapshot was taken.</param>
public sealed record BookSnapshot(string Key, string Replica, long Micros, long? UpTo, int? Levels, string Reason);
