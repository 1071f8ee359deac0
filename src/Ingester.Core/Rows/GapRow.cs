using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

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

    /// <summary>The same ids were received twice with different rows: nothing is missing, but it is unknown which row is correct.</summary>
    Conflict,

    /// <summary>Replicas stored different rows for one window, with a grade below <c>chain</c>.</summary>
    Disputed,

    /// <summary>The numbering was reset: not a gap, but readers order by this mark first.</summary>
    Reset,

    /// <summary>The gap (or this part of it) was closed by late events.</summary>
    Late,

    /// <summary>The gap (or this part of it) was closed by a backfill over REST.</summary>
    Backfill,

    /// <summary>The diffs stay missing, but a later snapshot was stored: the book is known again from its time on.</summary>
    Snapshot,
}

/// <summary>A row of the <c>gaps</c> dataset.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Range">The ids of the gap; null when the stream has no sequence.</param>
/// <param name="FromMicros">Exchange time of the last event before the gap, microseconds UTC.</param>
/// <param name="ToMicros">Exchange time of the first event after the gap, microseconds UTC.</param>
/// <param name="Cause">The cause.</param>
internal sealed record GapRow(StreamId Stream, SequenceRange? Range, long FromMicros, long ToMicros, GapCause Cause)
{
    /// <summary>The row as JSON: <c>{"ts":…,"dataset":…,"pair":…,"after":…,"upto":…,"from":…,"to":…,"cause":…}</c>.</summary>
    public string ToJson()
    {
        var pair = JsonEncodedText.Encode(Stream.Market);
        var range = Range is { } missing ? $",\"after\":{missing.After},\"upto\":{missing.UpTo}" : "";
        return $"{{\"ts\":{ToMicros},\"dataset\":\"{Stream.Dataset.Name()}\",\"pair\":\"{pair}\"{range},\"from\":{FromMicros},\"to\":{ToMicros},\"cause\":\"{CauseName}\"}}";
    }

    /// <summary>The cause as written in rows and metrics.</summary>
    public string CauseName => Cause switch
    {
        GapCause.Disconnect => "disconnect",
        GapCause.Overflow => "overflow",
        GapCause.Checksum => "checksum",
        GapCause.Crossed => "crossed",
        GapCause.Undecodable => "undecodable",
        GapCause.Conflict => "conflict",
        GapCause.Disputed => "disputed",
        GapCause.Reset => "reset",
        GapCause.Late => "late",
        GapCause.Backfill => "backfill",
        GapCause.Snapshot => "snapshot",
        _ => "skip",
    };
}
