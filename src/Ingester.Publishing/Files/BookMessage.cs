using Ingester.Core.Books;
using Ingester.Core.Sequencing;

namespace Ingester.Publishing.Files;

/// <summary>One message of a book for the exported files. All of its rows share both times.</summary>
internal sealed class BookMessage
{
    /// <summary>Number of the message within the day, from 0.</summary>
    public long Number { get; set; }

    /// <summary>Exchange time, microseconds UTC.</summary>
    public long Micros { get; set; }

    /// <summary>The local timestamp, microseconds UTC.</summary>
    public long LocalMicros { get; set; }

    /// <summary>True for a snapshot: the message has every level of <see cref="Book"/>.</summary>
    public bool IsSnapshot { get; set; }

    /// <summary>True for the first message after a time in which the book was not known, and for the first of the day.</summary>
    public bool IsFirst { get; set; }

    /// <summary>The ids of the diff, or up to the last id of the snapshot; null if there are none.</summary>
    public SequenceRange? Range { get; set; }

    /// <summary>The book after the message; null if it is not known: then only the stored levels are.</summary>
    public OrderBook? Book { get; set; }

    /// <summary>The stored bids of a diff, <c>[["price","size"],…]</c>; empty for a snapshot.</summary>
    public ReadOnlyMemory<byte> Bids { get; set; }

    /// <summary>The stored asks of a diff.</summary>
    public ReadOnlyMemory<byte> Asks { get; set; }

    /// <summary>The stored row that the message was made from; empty for the book at the start of the day.</summary>
    public ReadOnlyMemory<byte> Line { get; set; }

    /// <summary>Bids that the message removes although the exchange sends no removal for them.</summary>
    public IReadOnlyList<BookLevel> RemovedBids { get; set; } = [];

    /// <summary>Asks that the message removes although the exchange sends no removal for them.</summary>
    public IReadOnlyList<BookLevel> RemovedAsks { get; set; } = [];
}
