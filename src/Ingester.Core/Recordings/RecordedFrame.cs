namespace Ingester.Core.Recordings;

/// <summary>One entry of a recording: a message of a connection, or the beginning or end of a connection.</summary>
/// <param name="Micros">Time in microseconds UTC; null if the recording has none.</param>
/// <param name="Connection">The number of the connection in its recording; zero if the recording does not distinguish connections.</param>
/// <param name="Kind">The kind of entry.</param>
/// <param name="Bytes">The message as it was on the connection; valid until the next batch is read.</param>
internal readonly record struct RecordedFrame(long? Micros, long Connection, RecordedFrameKind Kind, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>True for a message, false for the beginning or end of a connection.</summary>
    public bool IsMessage => Kind is RecordedFrameKind.Text or RecordedFrameKind.Binary;
}
