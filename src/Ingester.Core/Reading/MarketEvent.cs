using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Reading;

/// <summary>What stands in a merged stream.</summary>
public enum MarketEventKind
{
    /// <summary>An event of the exchange: <see cref="MarketEvent.Row"/>.</summary>
    Row,

    /// <summary>Certainly something is missing here: <see cref="MarketEvent.Range"/>.</summary>
    Gap,

    /// <summary>The exchange began its numbering again.</summary>
    Reset,

    /// <summary>What follows, up to the end of its window, is not proven to be all that there was.</summary>
    Unproven,

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

    /// <summary>What the event covers, or what is missing; null where there is no sequence.</summary>
    public SequenceRange? Range { get; init; }

    /// <summary>The stored row, one JSON object as UTF-8 without the line's end; empty for a mark.</summary>
    public ReadOnlyMemory<byte> Row { get; init; }

    /// <summary>What a mark says in words; null for an event.</summary>
    public string? Note { get; init; }
}
