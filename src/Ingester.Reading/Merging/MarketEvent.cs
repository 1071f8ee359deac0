using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Reading.Merging;

/// <summary>What stands in a merged stream.</summary>
public enum MarketEventKind
{
    /// <summary>An event of the exchange: <see cref="MarketEvent.Row"/>.</summary>
    Row,

    /// <summary>Certainly something is missing here: <see cref="MarketEvent.Range"/>.</summary>
    Gap,

    /// <summary>The exchange began its numbering again.</summary>
    Reset,

    /// <summary>From <see cref="MarketEvent.Micros"/> to <see cref="MarketEvent.UntilMicros"/> it is not proven that what is stored is all that there was.</summary>
    Unproven,

    /// <summary>From <see cref="MarketEvent.Micros"/> to <see cref="MarketEvent.UntilMicros"/> nothing is stored, and it is not proven that nothing came.</summary>
    Missing,

    /// <summary>From <see cref="MarketEvent.Micros"/> to <see cref="MarketEvent.UntilMicros"/> replicas have different rows, and nothing proves which are right.</summary>
    Disputed,

    /// <summary>The same ids came with other content: <see cref="MarketEvent.Row"/> is the row that is not followed, and stands after the one that is.</summary>
    Conflict,

    /// <summary>An object could not be used and is left out: <see cref="MarketEvent.Note"/> names it.</summary>
    Unreadable,
}

/// <summary>One event of a merged stream, or a mark between events. Marks stand where they belong, in order.</summary>
public readonly record struct MarketEvent
{
    /// <summary>The stream.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>What it is.</summary>
    public MarketEventKind Kind { get; init; }

    /// <summary>The exchange's time, microseconds since 1970 UTC; of a mark the time of what it stands before.</summary>
    public long Micros { get; init; }

    /// <summary>Where the time ends that a mark is about; zero for an event, and for a mark between two events.</summary>
    public long UntilMicros { get; init; }

    /// <summary>The first 16 hex digits of the hash of the rows that an event of a disputed window is one of; null elsewhere.</summary>
    public string? Variant { get; init; }

    /// <summary>True for an event of a disputed window that is only given because all variants were asked for.</summary>
    public bool IsOther { get; init; }

    /// <summary>What the event covers, or what is missing; null where there is no sequence.</summary>
    public SequenceRange? Range { get; init; }

    /// <summary>The stored row, one JSON object as UTF-8 without the line's end; empty for a mark other than a conflict.</summary>
    public ReadOnlyMemory<byte> Row { get; init; }

    /// <summary>True when the store did not give an object, so that nothing is known of what it holds.</summary>
    public bool IsStoreFailure { get; init; }

    /// <summary>What a mark says in words; null for an event.</summary>
    public string? Note { get; init; }
}
