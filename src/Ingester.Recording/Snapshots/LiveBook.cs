using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Sequencing;

namespace Ingester.Recording.Snapshots;

/// <summary>Why a live book is invalid.</summary>
internal enum BookFault : byte
{
    /// <summary>The checksum differs from the exchange's: diffs are missing.</summary>
    Checksum,

    /// <summary>The best bid is at or above the best ask.</summary>
    Crossed,

    /// <summary>A price or size is not a supported number.</summary>
    Unreadable,
}

/// <summary>
/// The live book of one market: it starts from a snapshot, and every recorded diff is applied and checked. Where snapshots are
/// fetched, diffs are buffered until a snapshot joins them.
/// </summary>
internal sealed class LiveBook(BookProfile profile)
{
    /// <summary>
    /// Maximum number of diffs, and of their bytes, that are buffered while a snapshot is fetched: half a minute of a busy market. With
    /// thousands of markets a snapshot may be minutes away, but its content is only seconds old, and older diffs are part of it.
    /// </summary>
    private const int MostHeld = 300;

    private const int MostHeldBytes = 128 << 10;

    private readonly Queue<Held> held = [];
    private int heldBytes;
    private long cursor = long.MinValue;
    private OrderBook? book;

    /// <summary>True while the book is known.</summary>
    public bool IsKnown => book is not null;

    /// <summary>True while every diff is checked against the exchange's checksum.</summary>
    public bool Checks => book is not null && profile.Checksum is not null;

    /// <summary>The exchange time of the last diff, microseconds UTC.</summary>
    public long Micros { get; private set; }

    /// <summary>
    /// The best bid; null when there is none, the book is unknown, or the price is outside the levels of the snapshot.
    /// </summary>
    public BookLevel? Bid => Best(book?.Bids);

    /// <summary>The best ask; null under the conditions of <see cref="Bid"/>.</summary>
    public BookLevel? Ask => Best(book?.Asks);

    /// <summary>
    /// Builds an order book from a fetched snapshot, without the lane's lock because this is slow. Null when a price or size is not a
    /// supported number.
    /// </summary>
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

    /// <summary>Starts from a snapshot on the stream; false when a price or size is not a supported number.</summary>
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

    /// <summary>Starts from a fetched snapshot and applies the buffered diffs; false when they do not join it.</summary>
    /// <param name="whole">The snapshot.</param>
    /// <param name="upTo">The last id that the snapshot contains.</param>
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

    /// <summary>Applies a recorded diff; returns the defect of the book, or null.</summary>
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

    /// <summary>Drops the book and the buffered diffs.</summary>
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

        var kept = dropped ?? new(); // reused, so that waiting for a snapshot allocates no memory
        kept.Take(change);
        held.Enqueue(kept);
        heldBytes += length;
    }

    private static BookLevel? Best(BookSide? side) => side?.Best is { } best && side.Knows(best.Price) ? best : null;

    /// <summary>A diff that waits for a snapshot.</summary>
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
