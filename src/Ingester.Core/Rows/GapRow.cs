using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Rows;

/// <summary>Why a stream has a hole, or how a hole was closed.</summary>
internal enum GapCause : byte
{
    /// <summary>Ids jumped although the connection lived.</summary>
    Skip,

    /// <summary>The connection was lost and the exchange went on meanwhile.</summary>
    Disconnect,

    /// <summary>Nothing had room for a sealed segment.</summary>
    Overflow,

    /// <summary>The exchange's checksum of the book is another than that of the changes that came.</summary>
    Checksum,

    /// <summary>The changes that came make a book in which a bid reaches an ask, which no true one does.</summary>
    Crossed,

    /// <summary>A frame was received that could not be decoded, and may have belonged to this stream.</summary>
    Undecodable,

    /// <summary>The same ids came twice with different rows: nothing is missing, but what is true is not known.</summary>
    Conflict,

    /// <summary>Replicas stored different rows for one window, under a grade below <c>chain</c>.</summary>
    Disputed,

    /// <summary>The numbering began again: no hole, but readers order by this mark first.</summary>
    Reset,

    /// <summary>The hole (or this part of it) was closed by events that came late.</summary>
    Late,

    /// <summary>The hole (or this part of it) was closed with what the exchange still served over REST.</summary>
    Backfill,

    /// <summary>The changes stay missing, but a whole book was taken after them: from its time on the book is known again.</summary>
    Snapshot,
}

/// <summary>A row of the <c>gaps</c> dataset.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Missing">The hole; null where the stream has no sequence.</param>
/// <param name="From">Exchange time of the last event before the hole, microseconds UTC.</param>
/// <param name="To">Exchange time of the first event after the hole, microseconds UTC.</param>
/// <param name="Cause">Why.</param>
internal sealed record GapRow(StreamId Stream, SequenceRange? Missing, long From, long To, GapCause Cause)
{
    /// <summary>The row as JSON: <c>{"ts":…,"dataset":…,"pair":…,"after":…,"upto":…,"from":…,"to":…,"cause":…}</c>.</summary>
    public string ToJson()
    {
        var pair = JsonEncodedText.Encode(Stream.Market);
        var range = Missing is { } missing ? $",\"after\":{missing.After},\"upto\":{missing.UpTo}" : "";
        return $"{{\"ts\":{To},\"dataset\":\"{Stream.Dataset.Name()}\",\"pair\":\"{pair}\"{range},\"from\":{From},\"to\":{To},\"cause\":\"{CauseName}\"}}";
    }

    /// <summary>The cause as rows and metrics name it.</summary>
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
