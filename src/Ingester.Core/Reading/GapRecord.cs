using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Storage;

namespace Ingester.Core.Reading;

/// <summary>A row of the <c>gaps</c> dataset, as a replica wrote it.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Replica">The replica.</param>
/// <param name="After">The last id before the hole; of a reset the last id of the old numbering. Null where the stream has no sequence.</param>
/// <param name="UpTo">The last id of the hole; of a reset the id after which the new numbering begins.</param>
/// <param name="From">Exchange time of the last event before, microseconds UTC.</param>
/// <param name="To">Exchange time of the first event after, microseconds UTC.</param>
/// <param name="Cause">Why, in the row's own word.</param>
internal sealed record GapRecord(StreamId Stream, string Replica, long? After, long? UpTo, long From, long To, string Cause)
{
    private const string ResetCause = "reset";
    private const string DisconnectCause = "disconnect";
    private const string CrossedCause = "crossed";

    /// <summary>Causes that say how a hole was closed, and open none.</summary>
    private static readonly string[] Closing = ["late", "backfill", "repair", "snapshot"];

    /// <summary>True when the numbering began again: no hole.</summary>
    public bool IsReset => Cause == ResetCause;

    /// <summary>True when the row says that something was closed.</summary>
    public bool Closes => Closing.Contains(Cause);

    /// <summary>True when what was missed was fetched from the exchange.</summary>
    public bool IsBackfill => Cause == "backfill";

    /// <summary>True when only the book is known again, by a whole book that was taken after the hole: its changes stay missing.</summary>
    public bool OnlyBook => Cause == "snapshot";

    /// <summary>True when only the book showed that something is missing, and nothing tells since when: windows that were taken for whole may lack it.</summary>
    public bool SaysNotSinceWhen => Cause == CrossedCause;

    /// <summary>
    /// True when changes after a whole book are missing. A connection that is opened anew begins with a whole book, so that what the last one missed may end
    /// with a change after that book; any other hole ends before the whole book that is taken because of it.
    /// </summary>
    public bool IsMissingAfter(long bookMicros) => this is { IsReset: false, Closes: false } && (From >= bookMicros || (Cause != DisconnectCause && To > bookMicros));

    /// <summary>The hole, or the range that was closed; null where there is none.</summary>
    public SequenceRange? Range => !IsReset && After is { } after && UpTo is { } upTo && after <= upTo ? new(after, upTo) : null;

    /// <summary>Reads a row; false when it is none that this version knows.</summary>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static bool TryRead(JournalKey name, ReadOnlyMemory<byte> line, out GapRecord gap)
    {
        gap = null!;
        using var document = JsonDocument.Parse(line);
        var row = document.RootElement;
        if (row.ValueKind != JsonValueKind.Object)
            throw new JsonException("a line is no JSON object");
        if (Text(row, "dataset") is not { } dataset || !DatasetNames.TryParse(dataset, out var known) || Text(row, "pair") is not { } pair
            || Number(row, "from") is not { } from || Number(row, "to") is not { } to || Text(row, "cause") is not { } cause)
            return false;
        gap = new(new(known, name.Name.Exchange, pair), name.Replica, Number(row, "after"), Number(row, "upto"), from, to, cause);
        return true;
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
