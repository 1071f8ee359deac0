using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Reading.Journals;

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
    private const string DisputedCause = "disputed";
    private const string UndecodableCause = "undecodable";

    /// <summary>Causes that mark something and say of nothing that it is missing.</summary>
    private static readonly string[] Marking = [ResetCause, "halted"];

    /// <summary>Causes that say how a hole was closed, and open none.</summary>
    private static readonly string[] Closing = ["late", "backfill", "repair", "snapshot"];

    /// <summary>True when the numbering began again: no hole.</summary>
    public bool IsReset => Cause == ResetCause;

    /// <summary>True when the row says that something was closed.</summary>
    public bool Closes => Closing.Contains(Cause);

    /// <summary>True when the row says that something is missing or doubtful; so does a cause that this version does not know.</summary>
    public bool Opens => !Closes && !Marking.Contains(Cause);

    /// <summary>True when replicas have different rows of a window, and neither is proven.</summary>
    public bool IsDisputed => Cause == DisputedCause;

    /// <summary>True when something was received that could not be read.</summary>
    public bool IsUndecodable => Cause == UndecodableCause;

    /// <summary>True when it touches a window: of a disputed one the end is the window's own.</summary>
    public bool Touches(Window window) => IsDisputed || From == To
        ? From < window.EndMicros && (To > window.StartMicros || From >= window.StartMicros)
        : From < window.EndMicros && To >= window.StartMicros;

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
    public bool IsMissingAfter(long bookMicros) => Opens && !IsDisputed && (From >= bookMicros || (Cause != DisconnectCause && To > bookMicros));

    /// <summary>The hole, or the range that was closed; null where there is none.</summary>
    public SequenceRange? Range => !Marking.Contains(Cause) && After is { } after && UpTo is { } upTo && after <= upTo ? new(after, upTo) : null;

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
            || Number(row, "from") is not { } from || Number(row, "to") is not { } to || Text(row, "cause") is not { } cause
            || from is < 0 or > Micros.Max || to is < 0 or > Micros.Max)
            return false;
        gap = new(new(known, name.Name.Exchange, pair), name.Replica, Number(row, "after"), Number(row, "upto"), from, to, cause);
        return true;
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
