using System;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>Replaces a recorder by a new one after a fault ended the recording of its exchange.</summary>
internal sealed partial class StreamRecorder
{
    private (SequenceRange? Range, long FromMicros)? unstored; // rows that could not be handed over when the stream was closed, because of a bug

    /// <summary>
    /// Creates a recorder that continues after the last event of this one, which must be closed. As after a disconnect, the missed events are
    /// reported as a gap. When closing failed, the gap begins before the lost rows. Only the position, the recorded ids and the doubtful times are
    /// copied: the other state may have caused the fault.
    /// </summary>
    public StreamRecorder CreateReplacement() => new(stream, traits, context)
    {
        DoubtfulTimes = DoubtfulTimes,
        isInterrupted = isInterrupted || !isEmpty || cursor?.UpTo is not null,
        lastMicros = unstored is { FromMicros: var lost } ? Math.Min(lost, lastMicros) : lastMicros,
        cursor = unstored?.Range is { } rows ? cursor?.CreateReplacementAfter(rows.After) : cursor?.CreateReplacement(),
    };
}
