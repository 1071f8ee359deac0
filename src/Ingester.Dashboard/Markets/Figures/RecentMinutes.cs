using Ingester.Core.Time;

namespace Ingester.Dashboard.Markets.Figures;

/// <summary>
/// Results of minutes of one market, kept so that a view of the last hour computes only what is new. A final result stays; any other one is computed again after a
/// tenth of its age, because late data or a repair may change it. Not thread-safe.
/// </summary>
/// <param name="capacity">Maximum number of minutes; the oldest ones are dropped.</param>
/// <param name="clock">The clock.</param>
internal sealed class RecentMinutes<T>(int capacity, TimeProvider clock)
    where T : class
{
    private static readonly long ShortestLifetime = Micros.From(TimeSpan.FromSeconds(30));

    private readonly SortedDictionary<long, (T? Value, string? Source, bool IsFinal, long Computed)> minutes = [];

    /// <summary>Number of minutes.</summary>
    public int Count => minutes.Count;

    /// <summary>The result of a minute, if it is kept and still valid.</summary>
    /// <param name="minute">Start of the minute, microseconds UTC.</param>
    /// <param name="source">The object that the result must come from; null if it was computed.</param>
    /// <param name="value">The result; null if there is none.</param>
    public bool TryGet(long minute, string? source, out T? value)
    {
        value = null;
        if (!minutes.TryGetValue(minute, out var known) || known.Source != source)
            return false;
        var now = Micros.Now(clock);
        if (!known.IsFinal && source is null && now - known.Computed >= Math.Max(ShortestLifetime, (now - minute) / 10))
            return false;
        value = known.Value;
        return true;
    }

    /// <summary>Keeps the result of a minute.</summary>
    /// <param name="minute">Start of the minute, microseconds UTC.</param>
    /// <param name="source">The object that the result comes from; null if it was computed.</param>
    /// <param name="value">The result; null if there is none.</param>
    /// <param name="isFinal">True if the result is proven.</param>
    public void Set(long minute, string? source, T? value, bool isFinal)
    {
        minutes[minute] = (value, source, isFinal, Micros.Now(clock));
        while (minutes.Count > capacity)
            minutes.Remove(minutes.Keys.First());
    }
}
