using Ingester.Core.Proof;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>Processing of last event ids that the exchange announces in heartbeats.</summary>
internal sealed partial class StreamRecorder
{
    private ConnectionClock? announcedBy;
    private long announcedId;

    /// <summary>
    /// A heartbeat contains the id of the last event. Heartbeats and events are not ordered: events are missing only if the head is still below that
    /// id at the next heartbeat of the same connection, whose id must not be lower. The events may still arrive late.
    /// </summary>
    public void LastIdAnnounced(long id, ConnectionClock clock)
    {
        var before = announcedBy == clock ? announcedId : long.MaxValue;
        (announcedBy, announcedId) = (clock, id);
        if (!IsChained || handover is not null || carrier != clock || id < before || cursor?.UpTo is not { } upTo || upTo >= before)
            return;
        var from = cursor.LastMicros;
        while (cursor.ApplyAnnouncedId(before) is { } missing)
            ResumeAfterGap(missing, CreateGap(from, Math.Max(from, clock.ExchangeTime), missing.Span), clock);
    }
}
