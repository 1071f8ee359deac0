using Ingester.Storage.Writing;

namespace Ingester.Storage.Spooling;

/// <summary>
/// The disk space of a spool: what is reserved for writes, and whether a write would fail again after the spool was full or the disk failed. A part of the space
/// is only for journals. Not thread-safe.
/// </summary>
/// <param name="root">The directory of the spool, for messages.</param>
/// <param name="maxBytes">Maximum disk space in bytes.</param>
/// <param name="counters">The space in use.</param>
/// <param name="clock">The clock for pauses.</param>
internal sealed class SpoolSpace(string root, long maxBytes, SpoolCounters counters, TimeProvider clock)
{
    /// <summary>Pause before the next attempt after a failure of the disk.</summary>
    public static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    private const int JournalReserveDivisor = 16;

    private long blockedUntil = long.MinValue;
    private bool isFullForSegments; // there may still be space for journals
    private bool isFullForRaw; // there may still be space for everything else

    /// <summary>Raw capture is written only while all files together use at most this number of bytes. Default: none is written.</summary>
    public long MaxRawBytes { get; set; }

    /// <summary>Why writes fail now; null while they succeed. A full part for raw capture is no such reason.</summary>
    public string? BlockedReason { get; private set; }

    /// <summary>True when less than half of the space is in use.</summary>
    public bool IsHalfFree => counters.Bytes < maxBytes / 2;

    /// <summary>False if a write would fail again: no space was freed and the pause after a failure has not elapsed.</summary>
    public bool CanWrite(ObjectKind kind) =>
        clock.GetTimestamp() >= blockedUntil && !(isFullForSegments && kind != ObjectKind.Journal) && !(isFullForRaw && kind == ObjectKind.Raw);

    /// <summary>Reserves space for a file; false if there is not enough.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="kind">The kind of its object.</param>
    /// <param name="full">Why there is no space; empty when it was reserved, and for raw capture.</param>
    public bool TryReserve(SpoolEntry entry, ObjectKind kind, out string full)
    {
        full = "";
        if (counters.Bytes + entry.Size <= LimitOf(kind))
        {
            counters.Reserve(entry);
            return true;
        }

        if (kind == ObjectKind.Raw)
        {
            isFullForRaw = true;
            return false; // it stays in memory; nothing else is affected
        }

        BlockedReason = full = $"The spool {root} is full: {counters.Bytes} of {maxBytes} bytes are in use.";
        isFullForSegments = true;
        if (kind == ObjectKind.Journal)
            Pause();
        return false;
    }

    /// <summary>A file was written into its reserved space.</summary>
    public void Commit(SpoolEntry entry)
    {
        counters.CommitReservation(entry);
        BlockedReason = isFullForSegments ? BlockedReason : null;
    }

    /// <summary>The write of a file failed: its space is released, and the next write waits.</summary>
    public void Cancel(SpoolEntry entry, string reason)
    {
        counters.CancelReservation(entry);
        BlockedReason = reason;
        Pause();
    }

    /// <summary>Space was freed: writes are attempted again.</summary>
    public void Unblock()
    {
        isFullForRaw = false;
        if (BlockedReason is not null)
            (isFullForSegments, BlockedReason, blockedUntil) = (false, null, long.MinValue);
    }

    private long LimitOf(ObjectKind kind)
    {
        var segments = maxBytes - maxBytes / JournalReserveDivisor;
        return kind switch
        {
            ObjectKind.Journal => maxBytes,
            ObjectKind.Raw => Math.Min(segments, MaxRawBytes),
            _ => segments,
        };
    }

    private void Pause() => blockedUntil = clock.GetTimestamp() + (long)(PauseAfterFailure.TotalSeconds * clock.TimestampFrequency);
}
