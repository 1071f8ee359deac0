using Ingester.Core.Proof;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>Processing of last event ids that the exchange announces in heartbeats.</summary>
internal sealed partial class StreamRecorder
{
    private FeedClock? announcedBy;
    private long announced;

    /// <summary>
    /// A heartbeat contains the id of the last event. Heartbeats and events are not ordered: events are missing only if the head is still below that
    /// id at the next heartbeat of the same connection, whose id must not be lower. The events may still arrive late.
    /// </summary>
    public void OnLastId(long id, FeedClock clock)
    {
        var before = announcedBy == clock ? announced : long.MaxValue;
        (announcedBy, announced) = (clock, id);
        if (!Chained || overlap is not null || feed != clock || id < before || cursor?.UpTo is not { } upTo || upTo >= before)
            return;
        var from = cursor.LastMicros;
        while (cursor.Announced(before) is { } missing)
            Resume(missing, GapSince(from, Math.Max(from, clock.Exchange), missing.Span), clock);
    }
}
