using Ingester.Core.Exchanges;

namespace Ingester.Recording.Lanes;

/// <summary>The last stored book of a market whose exchange sends complete books and no diffs: a book is only stored when it differs from it (rule B1).</summary>
internal sealed class LastBook
{
    private byte[] levels = [];
    private (int Bids, int Asks) lengths;
    private long storedMicros;
    private int storedFrom;

    /// <summary>
    /// True when a book is a change that is not stored yet. During a handover a second connection sends the same books: from another connection, only a later book is one.
    /// </summary>
    /// <param name="book">The book.</param>
    /// <param name="micros">Its time, microseconds UTC.</param>
    /// <param name="connection">The id of the connection that received it.</param>
    public bool IsChangedBy(in DepthEvent book, long micros, int connection) => (connection == storedFrom || micros > storedMicros) && !HasLevelsOf(book);

    /// <summary>True when a book is the stored one, with the same time.</summary>
    public bool Is(in DepthEvent book, long micros) => micros == storedMicros && HasLevelsOf(book);

    /// <summary>The book was stored.</summary>
    /// <inheritdoc cref="IsChangedBy"/>
    public void Set(in DepthEvent book, long micros, int connection)
    {
        (storedMicros, storedFrom, lengths) = (micros, connection, (book.Bids.Length, book.Asks.Length));
        if (levels.Length < lengths.Bids + lengths.Asks)
            levels = new byte[2 * (lengths.Bids + lengths.Asks)];
        book.Bids.CopyTo(levels);
        book.Asks.CopyTo(levels.AsSpan(lengths.Bids));
    }

    private bool HasLevelsOf(in DepthEvent book) =>
        book.Bids.SequenceEqual(levels.AsSpan(0, lengths.Bids)) && book.Asks.SequenceEqual(levels.AsSpan(lengths.Bids, lengths.Asks));
}
