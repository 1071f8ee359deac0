using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <summary>The time limits of the recorder on which its proofs depend, in microseconds.</summary>
internal static class RecorderTiming
{
    public const long Settle = 5 * Second;
    public const long Grace = 2 * Second;
    public const long Hold = 30 * Second;
    public const long Tolerance = 30 * Second;

    /// <summary>Number of events after which the recorder knows whether a numbering was reset.</summary>
    public const int EventsToRenumber = 24;
}
