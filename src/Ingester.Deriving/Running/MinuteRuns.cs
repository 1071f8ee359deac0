using Ingester.Core.Time;

namespace Ingester.Deriving.Running;

/// <summary>Joins consecutive minutes.</summary>
internal static class MinuteRuns
{
    /// <summary>The periods of minutes that follow each other.</summary>
    /// <param name="minutes">Starts of minutes in order.</param>
    public static IEnumerable<Period> Of(IReadOnlyList<long> minutes)
    {
        for (var first = 0; first < minutes.Count;)
        {
            var last = first;
            while (last + 1 < minutes.Count && minutes[last + 1] == minutes[last] + Window.MicrosPerMinute)
                last++;
            yield return new(minutes[first], minutes[last] + Window.MicrosPerMinute);
            first = last + 1;
        }
    }
}
