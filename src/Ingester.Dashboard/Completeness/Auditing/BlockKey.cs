using Ingester.Core.Time;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>Hours of one exchange that are audited together.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="FromMicros">The first microsecond, at a full hour.</param>
/// <param name="Hours">Number of hours.</param>
internal readonly record struct BlockKey(string Exchange, long FromMicros, int Hours)
{
    private const int MinutesPerHour = 60;

    /// <summary>The first microsecond after the hours.</summary>
    public long EndMicros => FromMicros + Hours * MinutesPerHour * Window.MicrosPerMinute;
}
