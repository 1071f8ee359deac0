using System.Security.Cryptography;
using System.Text;
using Ingester.Core.Time;
using Ingester.Deriving.Objects;

namespace Ingester.Deriving.Compaction;

/// <summary>The minute objects of one dataset, exchange and hour.</summary>
/// <param name="Window">The hour.</param>
/// <param name="Minutes">The highest revision of each minute, in order of time.</param>
/// <param name="Others">All derived objects of the day.</param>
internal sealed record StoredHour(Window Window, IReadOnlyList<DerivedKey> Minutes, IReadOnlyCollection<DerivedKey> Others)
{
    private const long HourMicros = 60 * Window.MicrosPerMinute;

    /// <summary>The sum of the revisions of the minutes: it grows with every change of a minute, and processes that see the same minutes have the same one.</summary>
    public int Revision => Minutes.Sum(static key => key.Revision);

    /// <summary>The hash of the keys of the minutes, 64 hex digits.</summary>
    public string Inputs => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Minutes.Select(static minute => minute.ToString(""))))));

    /// <summary>Finds the hours with minute objects, in order of time.</summary>
    /// <param name="store">The store.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="period">The period; an hour counts if it ended before the end of the period.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    public static async Task<IReadOnlyList<StoredHour>> FindAsync(DerivedStore store, DerivedDataset dataset, string exchange, Period period, CancellationToken cancellation)
    {
        var found = new List<StoredHour>();
        foreach (var day in period.Days())
        {
            var keys = await store.ListDayAsync(dataset, exchange, day, cancellation);
            var hours = keys.Where(static key => key.Window.Minutes == 1).GroupBy(static key => Window.Containing(key.Window.StartMicros, 60));
            foreach (var hour in hours.Where(hour => hour.Key.StartMicros >= period.From / HourMicros * HourMicros && hour.Key.EndMicros <= period.To).OrderBy(static hour => hour.Key.StartMicros))
                found.Add(new(
                    hour.Key,
                    [.. hour.GroupBy(static key => key.Window.StartMicros).Select(static minute => minute.MaxBy(static key => key.Revision)!).OrderBy(static key => key.Window.StartMicros)],
                    keys));
        }

        return found;
    }
}
