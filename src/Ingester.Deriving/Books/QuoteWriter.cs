using Ingester.Core.Books;
using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Books;

/// <summary>
/// Writes the best bid and ask of one market at each change, and at the start of each minute, so that a minute can be read alone. A book that is not known
/// is a row with nulls.
/// </summary>
/// <param name="market">The market.</param>
internal sealed class QuoteWriter(string market) : IBookObserver
{
    private DerivedRows? rows;
    private (BookLevel? Bid, BookLevel? Ask, DataCondition Condition, string? Reason)? written;

    /// <summary>The columns in order.</summary>
    public static IReadOnlyList<DerivedColumn> Columns { get; } =
    [
        new("ts", ColumnKind.Integer), new("pair", ColumnKind.Text), new("condition", ColumnKind.Text), new("reason", ColumnKind.Text), new("upto", ColumnKind.Integer),
        new("bid", ColumnKind.Number), new("bidSize", ColumnKind.Number), new("ask", ColumnKind.Number), new("askSize", ColumnKind.Number),
    ];

    /// <summary>Begins a minute: rows are written to another target, and do not depend on the minute before.</summary>
    /// <param name="target">Receives the rows; null to write none.</param>
    /// <param name="book">The book at the start.</param>
    /// <param name="micros">Start of the minute, microseconds UTC.</param>
    public void StartMinute(DerivedRows? target, BookView book, long micros)
    {
        (rows, written) = (target, null);
        if (target is not null)
            Changed(book, micros);
    }

    /// <inheritdoc/>
    public void AdvanceTo(BookView book, long micros)
    {
        // Only changes matter.
    }

    /// <inheritdoc/>
    public void Changed(BookView book, long micros)
    {
        if (rows is null)
            return;
        var (bid, ask) = book.IsUsable ? (KnownBest(book.Book.Bids), KnownBest(book.Book.Asks)) : (null, null);
        var isBeyond = book.Condition == DataCondition.Complete && ((bid is null && book.Book.Bids.Horizon is not null) || (ask is null && book.Book.Asks.Horizon is not null));
        var now = (bid, ask, isBeyond ? DataCondition.BeyondHorizon : book.Condition, isBeyond ? "The best level is beyond the depth to which the book is known." : book.Reason);
        if (now == written)
            return;
        written = now;
        rows.Begin();
        rows.Integer("ts", micros);
        rows.Text("pair", market);
        rows.Condition(now.Item3, now.Item4);
        rows.Integer("upto", book.IsUsable ? book.UpTo : null);
        rows.Number("bid", bid?.Price);
        rows.Number("bidSize", bid?.Size);
        rows.Number("ask", ask?.Price);
        rows.Number("askSize", ask?.Size);
        rows.End();
    }

    private static BookLevel? KnownBest(BookSide side) => side.Best is { } best && side.IsKnown(best.Price) ? best : null;
}
