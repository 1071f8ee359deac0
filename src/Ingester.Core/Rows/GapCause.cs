namespace Ingester.Core.Rows;

/// <summary>Cause of a gap, or how a gap was closed.</summary>
internal enum GapCause : byte
{
    /// <summary>Ids jumped although the connection was alive.</summary>
    Skip,

    /// <summary>Events were missed because the connection was lost.</summary>
    Disconnect,

    /// <summary>A sealed segment was dropped because memory and spool were full.</summary>
    Overflow,

    /// <summary>The exchange's checksum of the book did not match the book built from the diffs.</summary>
    Checksum,

    /// <summary>The diffs produced a crossed book: best bid ≥ best ask.</summary>
    Crossed,

    /// <summary>An undecodable frame was received that may have belonged to this stream.</summary>
    Undecodable,

    /// <summary>
    /// The same ids were received twice, with different rows or in different events: it is unknown which are correct. If the gap row covers a time,
    /// events may be missing in it, because the numbering may have been reset unnoticed.
    /// </summary>
    Conflict,

    /// <summary>Replicas stored different rows for one window, with a grade below <c>chain</c>.</summary>
    Disputed,

    /// <summary>The numbering was reset: not a gap, but readers order by this mark first.</summary>
    Reset,

    /// <summary>The gap (or this part of it) was closed by late events.</summary>
    Late,

    /// <summary>The gap (or this part of it) was closed by a backfill over REST.</summary>
    Backfill,

    /// <summary>The gap (or this part of it) was closed with trades from a file that the exchange publishes.</summary>
    Archive,

    /// <summary>The diffs stay missing, but a later snapshot was stored: the book is known again from its time on.</summary>
    Snapshot,
}
