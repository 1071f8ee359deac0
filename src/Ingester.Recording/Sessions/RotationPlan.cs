using Ingester.Recording.Limits;

namespace Ingester.Recording.Sessions;

/// <summary>
/// Decides when a connection is replaced by its successor. Time is divided into periods of half the maximum age, and each period
/// into one slot per replica; a replica replaces connections in its own slots only. Every connection therefore meets a slot before
/// it is too old, and no two replicas replace connections at the same time. Each connection has a random point within the slot; the
/// edges of the slot stay free, so that a handover ends in the slot in which it started.
/// </summary>
/// <param name="maxAge">Maximum age of a connection; null for no limit.</param>
/// <param name="ordinal">The position of this replica.</param>
internal sealed class RotationPlan(TimeSpan? maxAge, ReplicaOrdinal ordinal)
{
    private const double SlotMargin = 0.1; // share of the slot, at each end
    private const double MaxAgeShare = 0.95; // share of the exchange's maximum age; the rest is for retries of failed handovers

    /// <summary>Additional delay per replica after an announcement that all replicas receive.</summary>
    private static readonly TimeSpan NoticeStagger = TimeSpan.FromSeconds(5);

    /// <summary>Creates the plan from the exchange's maximum age and the user's, whichever is shorter.</summary>
    public static RotationPlan Create(TimeSpan? rotateAfter, TimeSpan? maxAge, ReplicaOrdinal ordinal)
    {
        var latest = maxAge * MaxAgeShare;
        return new(rotateAfter < latest || latest is null ? rotateAfter : latest, ordinal);
    }

    /// <summary>Returns when a connection is replaced, between half of its maximum age and all of it; null for never.</summary>
    /// <param name="opened">When it opened.</param>
    /// <param name="point">The connection's point in the slot, from 0 to 1.</param>
    public DateTimeOffset? Due(DateTimeOffset opened, double point)
    {
        if (maxAge is not { } limit)
            return null;
        var period = limit / 2;
        var slot = period / ordinal.Count;
        var offset = slot * (ordinal.Ordinal + SlotMargin + (1 - 2 * SlotMargin) * point);
        var periods = Math.Ceiling((opened + period - DateTimeOffset.UnixEpoch - offset) / period);
        return DateTimeOffset.UnixEpoch + offset + period * periods;
    }

    /// <summary>The delay between the exchange's announcement that it will close the connection and the replacement.</summary>
    public TimeSpan DelayAfterNotice(double point) => NoticeStagger * (ordinal.Ordinal + point / 2);
}
