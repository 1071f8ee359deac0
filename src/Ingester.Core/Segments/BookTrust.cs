using Ingester.Core.Exchanges;
using Ingester.Core.Rows;

namespace Ingester.Core.Segments;

/// <summary>Whether the book of a depth stream is valid, by the checks of the observer that builds it.</summary>
internal sealed class BookTrust(RecordedStream stream)
{
    private long lastGoodMicros; // exchange time of the last snapshot, or of the last diff whose checksum matched

    /// <summary>True when the book is invalid and no snapshot was received since: its data proves nothing.</summary>
    public bool IsSuspect { get; private set; }

    /// <summary>
    /// Passes a diff to the observer, whose checks may find that a diff is missing although the exchange has no ids. Returns the gap in which it is
    /// missing; null when the book is valid.
    /// </summary>
    /// <param name="diff">The diff.</param>
    /// <param name="isVerified">True when the checksum of the diff matched the book.</param>
    public GapRow? Check(in DepthEvent diff, out bool isVerified)
    {
        isVerified = false;
        var micros = diff.Micros!.Value;
        if (stream.Observer?.OnDiff(diff) is { } fault)
        {
            IsSuspect = true; // until the next snapshot
            return new(stream.Id, null, lastGoodMicros, micros, fault); // the missing diff came after the book was last known to be valid
        }

        if (diff.Checksum is null || !stream.IsVerifyingChecksums)
            return null;
        isVerified = true;
        lastGoodMicros = micros;
        return null;
    }

    /// <summary>The book is not known, and its checks prove nothing until a snapshot is received.</summary>
    public void Distrust() => IsSuspect = true;

    /// <summary>A snapshot was received: the book is valid again.</summary>
    public void SnapshotReceived() => IsSuspect = false;

    /// <summary>The snapshot is stored with this exchange time.</summary>
    public void SnapshotStored(long micros) => lastGoodMicros = micros;
}
