namespace Ingester.Storage.Spooling;

/// <summary>The state of the spool.</summary>
/// <param name="Files">Number of objects.</param>
/// <param name="Bytes">Disk space in use, including damaged files.</param>
/// <param name="OldestMicros">When the oldest object was sealed, to the minute, microseconds UTC; null if the spool is empty.</param>
/// <param name="Corrupt">Number of damaged files in <c>corrupt/</c>.</param>
/// <param name="BlockedReason">Why nothing can be written, in one sentence; null if writing works.</param>
internal readonly record struct SpoolState(long Files, long Bytes, long? OldestMicros, long Corrupt, string? BlockedReason);
