using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>How a recorder is continued by another one, after a fault ended the recording of its exchange.</summary>
internal sealed partial class StreamRecorder
{
    private (SequenceRange? Range, long FromMicros)? unstored; // rows that closing could not hand over because of a bug

    /// <summary>
    /// A new recorder that continues after the last event of this one, which must be closed. As after a disconnect, what was missed meanwhile is reported as a gap.
    /// Where closing failed, the gap begins before the rows that were lost. Only the position, the recorded ids and the doubtful times are copied: the other state
    /// may have caused the fault.
    /// </summary>
    public StreamRecorder Successor() => new(stream, traits, context)
    {
        Doubtful = Doubtful,
        interrupted = interrupted || !fresh || cursor?.UpTo is not null,
        lastMicros = unstored is { FromMicros: var lost } ? Math.Min(lost, lastMicros) : lastMicros,
        cursor = unstored?.Range is { } rows ? cursor?.SuccessorAfter(rows.After) : cursor?.Successor(),
    };
}
