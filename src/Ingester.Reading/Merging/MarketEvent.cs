using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>An event of a merged stream, or a mark between events. Marks are in order with the events.</summary>
public readonly record struct MarketEvent
{
    /// <summary>The stream.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>The kind of the item.</summary>
    public MarketEventKind Kind { get; init; }

    /// <summary>
    /// Exchange time, microseconds since 1970 UTC. For a mark, the time of the event that follows it, or the start of its time span.
    /// </summary>
    public long Micros { get; init; }

    /// <summary>End of the time span of a mark; zero for an event, and for a mark between two events.</summary>
    public long EndMicros { get; init; }

    /// <summary>In a disputed window, the first 16 hex digits of the hash of the rows that the event belongs to; otherwise null.</summary>
    public string? Variant { get; init; }

    /// <summary>
    /// True for an event of a disputed window from rows that the merge does not use. Such events occur only when all variants are requested.
    /// </summary>
    public bool IsAlternative { get; init; }

    /// <summary>The ids of the event, or the missing ids; null when there are none.</summary>
    public SequenceRange? Range { get; init; }

    /// <summary>The stored row: one JSON object as UTF-8, without the line feed. Empty for every mark except a conflict.</summary>
    public ReadOnlyMemory<byte> Row { get; init; }

    /// <summary>The object that the row was read from; null for a mark.</summary>
    public RowOrigin? Origin { get; init; }

    /// <summary>Number of the row in that object, from 0, in the order of its lines.</summary>
    public int RowIndex { get; init; }

    /// <summary>True when the store did not return an object, so that its content is unknown.</summary>
    public bool IsStoreFailure { get; init; }

    /// <summary>The text of a mark; null for an event.</summary>
    public string? Note { get; init; }

    /// <summary>The mark of an object of a window that is not readable.</summary>
    internal static MarketEvent Unreadable(StreamId stream, Window window, UnreadableObjectException error) => new()
    {
        Stream = stream,
        Kind = MarketEventKind.Unreadable,
        Micros = window.StartMicros,
        EndMicros = window.EndMicros,
        IsStoreFailure = error.IsStoreFailure,
        Note = error.Message,
    };
}
