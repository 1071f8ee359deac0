using Ingester.Core.Time;
using Ingester.Reading.Journals;

namespace Ingester.Reading.Auditing;

/// <summary>One window of one stream.</summary>
/// <param name="Window">The window.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="IsWhole">True when a whole object covers the window. A complete window without one can be repaired.</param>
public readonly record struct WindowAudit(Window Window, WindowVerdict Verdict, bool IsWhole)
{
    /// <summary>The best grade that the replicas with the stored rows state; unknown when no replica states one. <c>archive</c> when some rows are from a published file.</summary>
    public StatedGrade Grade { get; init; }
}
