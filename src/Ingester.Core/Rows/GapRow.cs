using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Rows;

/// <summary>A row of the <c>gaps</c> dataset.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Range">The ids of the gap; null when the stream has no sequence.</param>
/// <param name="FromMicros">Exchange time of the last event before the gap, microseconds UTC.</param>
/// <param name="ToMicros">Exchange time of the first event after the gap, microseconds UTC.</param>
/// <param name="Cause">The cause.</param>
internal sealed record GapRow(StreamId Stream, SequenceRange? Range, long FromMicros, long ToMicros, GapCause Cause)
{
    /// <summary>The file that closed the gap, for <see cref="GapCause.Archive"/>; otherwise null.</summary>
    public RowSource? Source { get; init; }

    /// <summary>
    /// The row as JSON: <c>{"ts":…,"dataset":…,"pair":…,"after":…,"upto":…,"from":…,"to":…,"cause":…}</c>, with <c>,"file":…,"sha256":…</c> at its end if it has a source.
    /// </summary>
    public string ToJson()
    {
        var pair = JsonEncodedText.Encode(Stream.Market);
        var range = Range is { } missing ? $",\"after\":{missing.After},\"upto\":{missing.UpTo}" : "";
        var source = Source is { } file ? $",\"file\":\"{JsonEncodedText.Encode(file.File)}\",\"sha256\":\"{file.Sha256}\"" : "";
        return $"{{\"ts\":{ToMicros},\"dataset\":\"{Stream.Dataset.Name()}\",\"pair\":\"{pair}\"{range},\"from\":{FromMicros},\"to\":{ToMicros},\"cause\":\"{CauseName}\"{source}}}";
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
        GapCause.Archive => "archive",
        GapCause.Snapshot => "snapshot",
        _ => "skip",
    };
}
