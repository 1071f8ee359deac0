using Ingester.Reading.Auditing;
using Ingester.Reading.Journals;

namespace Ingester.Deriving.Inputs;

/// <summary>What the audit says about one minute of one stream.</summary>
/// <param name="Verdict">The verdict; null when no recording was expected and nothing is stored.</param>
/// <param name="Grade">The grade of the proof.</param>
/// <param name="HasGap">True when a replica reported missing or doubtful data in the minute.</param>
/// <param name="IsWhole">True when a whole object covers the minute.</param>
internal readonly record struct MinuteState(WindowVerdict? Verdict, StatedGrade Grade = default, bool HasGap = false, bool IsWhole = false);
