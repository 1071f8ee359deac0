namespace Ingester.Client;

/// <summary>What a mark means.</summary>
public enum MarkKind
{
    /// <summary>Ids are missing.</summary>
    Gap,

    /// <summary>The exchange began its numbering again. Nothing is missing.</summary>
    Reset,

    /// <summary>The events of the marked time are not proven complete.</summary>
    Unproven,

    /// <summary>No events are stored for the marked time, and it is not proven quiet.</summary>
    Missing,

    /// <summary>Replicas have different rows for the marked time, and neither is proven.</summary>
    Disputed,

    /// <summary>Another row with the same ids and different content is stored; the event before the mark is the one that the reader uses.</summary>
    Conflict,

    /// <summary>A stored object could not be read and is skipped.</summary>
    Unreadable,
}
