using Ingester.Core.Sequencing;
using Ingester.Reading.Journals;

namespace Ingester.Reading.Auditing;

/// <summary>A gap that a replica reported and that no stored object closes.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Cause">Why events are missing or doubtful.</param>
/// <param name="Range">The missing ids; null when only the time span is known.</param>
/// <param name="FromMicros">Exchange time of the last event before the gap.</param>
/// <param name="ToMicros">Exchange time of the first event after the gap.</param>
public sealed record OpenGap(string Replica, string Cause, SequenceRange? Range, long FromMicros, long ToMicros)
{
    internal static OpenGap FromRecord(GapRecord gap) => new(gap.Replica, gap.Cause, gap.Range, gap.From, gap.To);
}
