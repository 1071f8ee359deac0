using Ingester.Core.Sequencing;

namespace Ingester.Checking;

/// <summary>The last id and time of one stream on one connection.</summary>
internal sealed class StreamOrder
{
    private long? lastId;
    private long lastMicros;

    /// <summary>Adds an event to the counts of its dataset.</summary>
    /// <param name="range">The ids of the event; null when it has none.</param>
    /// <param name="micros">The exchange time, microseconds UTC; null when it has none.</param>
    /// <param name="counts">The counts.</param>
    public void Add(SequenceRange? range, long? micros, DatasetCounts counts)
    {
        if (micros is null)
            counts.WithoutTime++;
        else if (micros < lastMicros)
            counts.TimeBack++;
        lastMicros = Math.Max(lastMicros, micros ?? 0);
        if (range is not { } next)
        {
            counts.WithoutIds++;
            return;
        }

        if (lastId is { } last)
        {
            if (next.After == last)
                counts.Chained++;
            else if (next.After > last)
                counts.Jumps++;
            else if (next.UpTo < last)
                counts.Backward++;
            else if (next.UpTo == last)
                counts.Repeated++;
            else
                counts.Overlaps++;
        }

        lastId = Math.Max(lastId ?? long.MinValue, next.UpTo);
    }
}
