using Ingester.Core.Proof;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>What an exchange announces beside the stream: the id of its last event.</summary>
internal sealed partial class StreamRecorder
{
    private FeedClock? announcedBy;
    private long announced;

    /// <summary>
    /// A heartbeat names the id of the last event. Heartbeats and events are not ordered: only if the head is still below that id at the next heartbeat of the
    /// same connection, which must not name a lower one, are events missing. They may come late all the same.
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
