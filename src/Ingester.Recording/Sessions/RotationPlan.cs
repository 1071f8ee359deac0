using Ingester.Recording.Limits;

namespace Ingester.Recording.Sessions;

/// <summary>
/// When a connection is replaced by its successor. Time is cut into turns, half as long as a connection may live, and each turn into one slot per
/// replica; a replica rotates in its own slots only. So every connection meets one before it is too old, and no two replicas rotate at once. Within the
/// slot each connection has a point of its own, and the slot's edges stay free, so that a handover ends where it began.
/// </summary>
/// <param name="longest">How long a connection may live; null where it may live for ever.</param>
/// <param name="place">This replica's place.</param>
internal sealed class RotationPlan(TimeSpan? longest, ReplicaPlace place)
{
    private const double Edge = 0.1; // of the slot, on either side
    private const double Margin = 0.95; // of the exchange's limit: the rest is for handovers that fail and are tried again

    /// <summary>What a replica waits longer than the one before it when an exchange announces to all of them that it will close.</summary>
    private static readonly TimeSpan NoticeStep = TimeSpan.FromSeconds(5);

    /// <summary>The plan for connections that the exchange cuts at an age, unless the user wants them replaced sooner.</summary>
    public static RotationPlan For(TimeSpan? rotateAfter, TimeSpan? maxAge, ReplicaPlace place)
    {
        var latest = maxAge * Margin;
        return new(rotateAfter < latest || latest is null ? rotateAfter : latest, place);
    }

    /// <summary>When a connection is to be replaced, between half and all of the time that it may live; null for never.</summary>
    /// <param name="opened">When it opened.</param>
    /// <param name="point">The connection's point in the slot, from 0 to 1.</param>
    public DateTimeOffset? Due(DateTimeOffset opened, double point)
    {
        if (longest is not { } life)
            return null;
        var turn = life / 2;
        var slot = turn / place.Count;
        var offset = slot * (place.Rank + Edge + (1 - 2 * Edge) * point);
        var turns = Math.Ceiling((opened + turn - DateTimeOffset.UnixEpoch - offset) / turn);
        return DateTimeOffset.UnixEpoch + offset + turn * turns;
    }

    /// <summary>How long to wait after the exchange has announced that it will close.</summary>
    public TimeSpan AfterNotice(double point) => NoticeStep * (place.Rank + point / 2);
}
