namespace Ingester.Importing;

/// <summary>One frame of a recording.</summary>
/// <param name="Micros">Receive time in microseconds UTC; null if the recording has none.</param>
/// <param name="Bytes">The received frame; valid until the next batch is read.</param>
internal readonly record struct RecordedFrame(long? Micros, ReadOnlyMemory<byte> Bytes);
