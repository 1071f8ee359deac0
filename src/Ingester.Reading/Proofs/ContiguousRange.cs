using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Reading.Proofs;

/// <summary>A range of one numbering that is stored without a gap, by one segment or by several adjacent ones.</summary>
/// <param name="Numbering">The numbering.</param>
/// <param name="Range">The stored ids.</param>
/// <param name="EarliestWindowEnd">End of the earliest window with an event of the range.</param>
/// <param name="LatestWindowStart">Start of the latest window with an event of the range.</param>
/// <param name="LowestIdWindow">Window of the segment with the lowest id.</param>
/// <param name="HighestIdWindow">Window of the segment with the highest id.</param>
internal readonly record struct ContiguousRange(int Numbering, SequenceRange Range, long EarliestWindowEnd, long LatestWindowStart, Window LowestIdWindow, Window HighestIdWindow)
{
    /// <summary>True when the range has events before and after a minute, so that it contains all events of that minute.</summary>
    public bool ContainsMinute(long minute) => EarliestWindowEnd <= minute && LatestWindowStart >= minute + Window.MicrosPerMinute;
}
