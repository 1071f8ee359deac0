using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

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

    /// <summary>The hole, or the range that was closed; null where there is none.</summary>
    public SequenceRange? Range => !IsReset && After is { } after && UpTo is { } upTo && after <= upTo ? new(after, upTo) : null;

    /// <summary>Reads a row; null when it is none.</summary>
    public static GapRecord? Read(string exchange, string replica, ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        var row = document.RootElement;
        return Text(row, "dataset") is { } dataset && DatasetNames.TryParse(dataset, out var known) && Text(row, "pair") is { } pair
            && Number(row, "from") is { } from && Number(row, "to") is { } to && Text(row, "cause") is { } cause
            ? new(new(known, exchange, pair), replica, Number(row, "after"), Number(row, "upto"), from, to, cause)
            : null;
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
