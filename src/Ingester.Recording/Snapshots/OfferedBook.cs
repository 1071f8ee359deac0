using Ingester.Core.Books;
using Ingester.Core.Exchanges;

namespace Ingester.Recording.Snapshots;

/// <summary>A whole book that was fetched, and how.</summary>
/// <param name="Book">The book.</param>
/// <param name="Reason">Why it was fetched.</param>
/// <param name="Levels">How many levels a side were asked for.</param>
internal sealed record OfferedBook(FetchedBook Book, BookReason Reason, int Levels)
{
    /// <summary>The book as it is kept in memory; null where it is not.</summary>
    public OrderBook? Built { get; init; }
}
