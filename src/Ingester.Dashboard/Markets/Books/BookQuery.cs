using Ingester.Core.Time;
using Ingester.Dashboard.Markets.Names;
using Ingester.Dashboard.Stores;
using Ingester.Reading.Books;

namespace Ingester.Dashboard.Markets.Books;

/// <summary>Reads the book of a market at a moment, as <c>ingester book</c> does.</summary>
internal static class BookQuery
{
    /// <summary>Maximum number of levels per side that a page receives.</summary>
    public const int MaxLevels = 200;

    /// <summary>Reads the book.</summary>
    /// <param name="store">The store.</param>
    /// <param name="market">The market.</param>
    /// <param name="at">The moment, microseconds UTC.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public static async Task<BookPicture> ReadAsync(OpenedStore store, MarketId market, long at, CancellationToken cancellation) =>
        Picture(await store.Archive.GetBookAsync(market.Exchange, market.Market, new(Micros.ToDateTime(at)), cancellation));

    private static BookPicture Picture(BookResult book) => new()
    {
        AtMicros = book.AtMicros,
        Proof = book.Proof,
        Reason = book.Reason,
        Bids = LadderSide.Create(book.Bids, book.Bids.Count, book.BidHorizon, isBid: true, MaxLevels),
        Asks = LadderSide.Create(book.Asks, book.Asks.Count, book.AskHorizon, isBid: false, MaxLevels),
        Spread = book is { Bids: [var bid, ..], Asks: [var ask, ..] } ? (ask.Price - bid.Price).ToString() : null,
        IsCrossed = book.IsCrossed,
        Snapshot = book.Snapshot,
        Changes = book.Changes,
        LastMicros = book.LastMicros,
        UpTo = book.UpTo,
        Unreadable = book.Unreadable,
    };
}
