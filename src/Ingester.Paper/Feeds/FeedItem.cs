using Ingester.Core.Markets;
using Ingester.Reading.Books;

namespace Ingester.Paper.Feeds;

/// <summary>One input of the engine.</summary>
internal readonly record struct FeedItem
{
    /// <summary>The stream; null for <see cref="FeedItemKind.Clock"/>.</summary>
    public StreamId? Stream { get; init; }

    /// <summary>The kind.</summary>
    public FeedItemKind Kind { get; init; }

    /// <summary>When the item is known to the engine, microseconds UTC; never goes back within a feed.</summary>
    public long ArrivalMicros { get; init; }

    /// <summary>The exchange time of a row, microseconds UTC.</summary>
    public long Micros { get; init; }

    /// <summary>The end of a gap, microseconds UTC; zero if it ends with the next row.</summary>
    public long EndMicros { get; init; }

    /// <summary>The row: one JSON object without the line feed.</summary>
    public ReadOnlyMemory<byte> Row { get; init; }

    /// <summary>The book, for <see cref="FeedItemKind.Book"/>.</summary>
    public BookResult? Book { get; init; }

    /// <summary>True for an item that arrived too late for its place in the order of a replay.</summary>
    public bool IsLate { get; init; }

    /// <summary>What is missing, as a sentence; null for other kinds.</summary>
    public string? Text { get; init; }
}
