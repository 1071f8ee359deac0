namespace Ingester.Storage.Spooling;

/// <summary>What waits on disk.</summary>
/// <param name="Files">How many objects.</param>
/// <param name="Bytes">How much of the disk they take, what was set aside included.</param>
/// <param name="Oldest">When the oldest was sealed, to the minute, microseconds UTC; null when there is none.</param>
/// <param name="Corrupt">How many files were set aside because they are not whole.</param>
/// <param name="Trouble">Why nothing more can be written, in one sentence; null when it can.</param>
internal readonly record struct SpoolState(long Files, long Bytes, long? Oldest, long Corrupt, string? Trouble);
