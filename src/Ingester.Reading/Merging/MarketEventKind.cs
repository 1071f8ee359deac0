namespace Ingester.Reading.Merging;

/// <summary>The kind of an item in a merged stream: an event or a mark.</summary>
public enum MarketEventKind
{
    /// <summary>An event of the exchange, in <see cref="MarketEvent.Row"/>.</summary>
    Row,

    /// <summary>A gap: the ids in <see cref="MarketEvent.Range"/> are missing.</summary>
    Gap,

    /// <summary>A reset: the exchange started a new numbering.</summary>
    Reset,

    /// <summary>The stored events from <see cref="MarketEvent.Micros"/> to <see cref="MarketEvent.EndMicros"/> are not proven complete.</summary>
    Unproven,

    /// <summary>
    /// No events are stored from <see cref="MarketEvent.Micros"/> to <see cref="MarketEvent.EndMicros"/>, and the time is not proven quiet.
    /// </summary>
    Missing,

    /// <summary>
    /// Replicas have different rows from <see cref="MarketEvent.Micros"/> to <see cref="MarketEvent.EndMicros"/>, and neither is proven.
    /// </summary>
    Disputed,

    /// <summary>
    /// Another row with the same ids and different content. <see cref="MarketEvent.Row"/> is the row that the merge does not use; it follows the row
    /// that the merge uses.
    /// </summary>
    Conflict,

    /// <summary>An object that is not readable and is skipped. <see cref="MarketEvent.Note"/> names it.</summary>
    Unreadable,
}
