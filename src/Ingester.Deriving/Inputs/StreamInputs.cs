using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;

namespace Ingester.Deriving.Inputs;

/// <summary>What is stored about one stream in a period, from listings and journals. No data object was opened.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Period">The period, whole minutes.</param>
/// <param name="States">What the audit says about each minute of the period.</param>
/// <param name="Entries">The segments that overlap the period, and their variants.</param>
/// <param name="Gaps">The gaps that replicas reported for the stream in and around the period.</param>
internal sealed record StreamInputs(StreamId Stream, Period Period, MinuteState[] States, IReadOnlyList<SegmentEntry> Entries, IReadOnlyList<GapRecord> Gaps)
{
    /// <summary>True when a recording was expected or something is stored.</summary>
    public bool HasAny => Entries.Count > 0 || Array.Exists(States, static state => state.Verdict is not null);
}
