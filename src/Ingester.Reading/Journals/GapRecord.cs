using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Reading.Journals;

/// <summary>A row of the <c>gaps</c> dataset.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Replica">The replica.</param>
/// <param name="After">The last id before the gap; for a reset, the last id of the old numbering. Null when the stream has no sequence ids.</param>
/// <param name="UpTo">The last id of the gap; for a reset, the id after which the new numbering starts.</param>
/// <param name="From">Exchange time of the last event before the gap, microseconds UTC.</param>
/// <param name="To">Exchange time of the first event after the gap, microseconds UTC.</param>
/// <param name="Cause">The cause, as written in the row.</param>
internal sealed record GapRecord(StreamId Stream, string Replica, long? After, long? UpTo, long From, long To, string Cause)
{
    private const string ResetCause = "reset";
    private const string DisconnectCause = "disconnect";
    private const string CrossedCause = "crossed";
    private const string DisputedCause = "disputed";
    private const string UndecodableCause = "undecodable";
    private const string ArchiveCause = "archive";

    /// <summary>Causes that report how a gap was closed.</summary>
    private static readonly string[] ClosingCauses = ["late", "backfill", ArchiveCause, "snapshot"];

    /// <summary>True when the row reports a reset of the numbering, which is not a gap.</summary>
    public bool IsReset => Cause == ResetCause;

    /// <summary>True when the row reports that a gap was closed.</summary>
    public bool IsClosure => ClosingCauses.Contains(Cause);

    /// <summary>True when the row reports missing or doubtful data. A cause that this version does not know counts as one.</summary>
    public bool IsDefect => !IsClosure && !IsReset;

    /// <summary>True when replicas have different rows of a window, and neither is proven.</summary>
    public bool IsDisputed => Cause == DisputedCause;

    /// <summary>True when a frame could not be decoded.</summary>
    public bool IsUndecodable => Cause == UndecodableCause;

    /// <summary>True when the gap overlaps a window. The end of a disputed window is exclusive.</summary>
    public bool Overlaps(Window window) => IsDisputed || From == To
        ? From < window.EndMicros && (To > window.StartMicros || From >= window.StartMicros)
        : From < window.EndMicros && To >= window.StartMicros;

    /// <summary>True when the missing events were fetched from the exchange.</summary>
    public bool IsBackfill => Cause == "backfill";

    /// <summary>True when the missing events were taken from a file that the exchange publishes.</summary>
    public bool IsArchive => Cause == ArchiveCause;

    /// <summary>The file of <see cref="IsArchive"/>; null when the row does not name one.</summary>
    public RowSource? Source { get; init; }

    /// <summary>True when a snapshot after the gap makes the book known again. The diffs stay missing.</summary>
    public bool IsBookRecovery => Cause == "snapshot";

    /// <summary>
    /// True when a crossed book showed that data is missing, and the start of the gap is not known. Windows that were stored as whole may be
    /// affected.
    /// </summary>
    public bool HasUnknownStart => Cause == CrossedCause;

    /// <summary>
    /// True when diffs after a snapshot are missing. A new connection starts with a snapshot, so the gap of a disconnect may end with a diff after
    /// that snapshot. Any other gap ends before the snapshot that it caused.
    /// </summary>
    public bool AffectsBookAfter(long bookMicros) => IsDefect && !IsDisputed && (From >= bookMicros || (Cause != DisconnectCause && To > bookMicros));

    /// <summary>The missing or closed ids; null when the row has none.</summary>
    public SequenceRange? Range => !IsReset && After is { } after && UpTo is { } upTo && after <= upTo ? new(after, upTo) : null;

    /// <summary>Parses a row; false when this version does not know its form.</summary>
    /// <exception cref="JsonException">The line is not a JSON object.</exception>
    public static bool TryRead(JournalKey name, ReadOnlyMemory<byte> line, out GapRecord gap)
    {
        gap = null!;
        using var document = JsonDocument.Parse(line);
        var row = document.RootElement;
        if (row.ValueKind != JsonValueKind.Object)
            throw new JsonException("a line is not a JSON object");
        if (ReadText(row, "dataset") is not { } dataset || !DatasetNames.TryParse(dataset, out var known) || ReadText(row, "pair") is not { } pair
            || ReadNumber(row, "from") is not { } from || ReadNumber(row, "to") is not { } to || ReadText(row, "cause") is not { } cause
            || from is < 0 or > Micros.Max || to is < 0 or > Micros.Max)
            return false;
        gap = new(new(known, name.Part.Exchange, pair), name.Replica, ReadNumber(row, "after"), ReadNumber(row, "upto"), from, to, cause)
        {
            Source = ReadText(row, "file") is { } file && ReadText(row, "sha256") is { } sha256 ? new(file, sha256) : null,
        };
        return true;
    }

    private static string? ReadText(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? ReadNumber(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
