using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Sequencing;

namespace Ingester.Recording.Snapshots;

/// <summary>What is wrong with a book that is kept in memory.</summary>
internal enum BookFault : byte
{
    /// <summary>The exchange's checksum is another: changes are missing.</summary>
    Checksum,

    /// <summary>Somebody bids at least what somebody asks: no true book is like that.</summary>
    Crossed,

    /// <summary>A level has a number that does not fit.</summary>
    Unreadable,
}

/// <summary>
/// The present book of one market: begun from a whole one, moved and checked by every change that is recorded. Where whole books are fetched, changes are
/// kept until one joins them.
/// </summary>
internal sealed class LiveBook(BookProfile profile)
{
    /// <summary>
    /// While a fetched book is awaited, the newest changes are kept, so many and so many bytes of them at most: half a minute of a busy market. A book is minutes
    /// away when thousands of markets wait for theirs, but seconds old when it comes, so that older changes are in it.
    /// </summary>
    private const int MostHeld = 300;

    private const int MostHeldBytes = 128 << 10;

    private readonly Queue<Held> held = [];
    private int heldBytes;
    private long cursor = long.MinValue;
    private OrderBook? book;

    /// <summary>True while the present book is known.</summary>
    public bool IsKnown => book is not null;

    /// <summary>True while every change is held against the exchange's checksum.</summary>
    public bool Checks => book is not null && profile.Checksum is not null;

    /// <summary>The exchange time of the last change, microseconds UTC.</summary>
    public long Micros { get; private set; }

    /// <summary>The best bid; null when there is none, or it is not known: the book is not, or the price has left the levels that it began with.</summary>
    public BookLevel? Bid => Best(book?.Bids);

    /// <summary>The best ask; null as <see cref="Bid"/> is.</summary>
    public BookLevel? Ask => Best(book?.Asks);

    /// <summary>Makes a book of one that was fetched: the long part of beginning, which needs no lock. Null when a number of it does not fit.</summary>
    public static OrderBook? TryBuild(OfferedBook offered)
    {
        var built = new OrderBook();
        try
        {
            built.Begin(offered.Book.Bids, offered.Book.Asks, offered.Levels);
            return built;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Begins with a whole book that came in band; false when it does not fit.</summary>
    public bool TryBegin(in DepthEvent whole)
    {
        var begun = new OrderBook();
        try
        {
            begun.Begin(whole.Bids, whole.Asks, whole.Levels);
        }
        catch (JsonException)
        {
            return false;
        }

        begun.Depth = profile.DepthOf(begun.Bids.Count, begun.Asks.Count);
        book = begun;
        Micros = whole.Micros ?? Micros;
        return true;
    }

    /// <summary>Begins with a fetched book that the kept changes join; false when they do not any more.</summary>
    /// <param name="whole">The book.</param>
    /// <param name="upTo">The last id that it contains.</param>
    public bool TryBegin(OrderBook whole, long upTo)
    {
        var complete = upTo >= (held.TryPeek(out var oldest) ? oldest.Range.After : cursor);
        try
        {
            foreach (var change in complete ? held : [])
                if (profile.Applies(change.Range, upTo))
                    whole.Apply(change.Bids, change.Asks);
        }
        catch (JsonException)
        {
            complete = false;
        }

        Lose();
        book = complete ? whole : null;
        return complete;
    }

    /// <summary>A change was recorded; returns what is wrong with the book since, null when nothing is.</summary>
    public BookFault? Change(in DepthEvent change)
    {
        Micros = change.Micros!.Value;
        cursor = change.Range?.UpTo ?? cursor;
        if (book is null)
        {
            if (profile.Source is not null)
                Hold(change);
            return null;
        }

        try
        {
            book.Apply(change.Bids, change.Asks);
        }
        catch (JsonException)
        {
            return BookFault.Unreadable;
        }

        return change.Checksum is { } sum && profile.Checksum is { } checksum && checksum.Of(book) != sum ? BookFault.Checksum
            : book.IsCrossed ? BookFault.Crossed
            : null;
    }

    /// <summary>The present book is not known any more.</summary>
    public void Lose()
    {
        book = null;
        held.Clear();
        heldBytes = 0;
    }

    private void Hold(in DepthEvent change)
    {
        var (length, dropped) = (change.Bids.Length + change.Asks.Length, (Held?)null);
        while (held.Count > 0 && (held.Count >= MostHeld || heldBytes + length > MostHeldBytes))
        {
            dropped = held.Dequeue();
            heldBytes -= dropped.Length;
        }

        var kept = dropped ?? new(); // used again: a book that never comes allocates nothing
        kept.Take(change);
        held.Enqueue(kept);
        heldBytes += length;
    }

    private static BookLevel? Best(BookSide? side) => side?.Best is { } best && side.Knows(best.Price) ? best : null;

    /// <summary>A change that waits for a book.</summary>
    private sealed class Held
    {
        private byte[] levels = [];
        private int bids;

        public SequenceRange Range { get; private set; }

        public int Length { get; private set; }

        public ReadOnlySpan<byte> Bids => levels.AsSpan(0, bids);

        public ReadOnlySpan<byte> Asks => levels.AsSpan(bids, Length - bids);

        public void Take(in DepthEvent change)
        {
            (Range, bids, Length) = (change.Range!.Value, change.Bids.Length, change.Bids.Length + change.Asks.Length);
            if (levels.Length < Length)
                levels = new byte[Length];
            change.Bids.CopyTo(levels);
            change.Asks.CopyTo(levels.AsSpan(bids));
        }
    }
}
