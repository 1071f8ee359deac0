using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <summary>The times of the recorder that its claims depend on, in microseconds.</summary>
internal static class RecorderTiming
{
    public const long Settle = 5 * Second;
    public const long Grace = 2 * Second;
    public const long Hold = 30 * Second;
    public const long Tolerance = 30 * Second;

    /// <summary>Number of events until a recorder knows that a numbering was reset, or only seemed to be.</summary>
    public const int EventsToRenumber = 24;
}
