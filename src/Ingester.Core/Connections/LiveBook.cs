using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Connections;

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
    /// <summary>More changes, or bytes of them, are not kept while a fetched book is on its way: they are given up, and the next book is asked for.</summary>
    private const int MostHeld = 20_000;

    private const int MostHeldBytes = 8 << 20;

    private readonly List<Held> held = [];
    private int heldBytes;
    private bool spilled;
    private long? heldAfter;
    private long cursor = long.MinValue;
    private OrderBook? book;

    /// <summary>True while the present book is known.</summary>
    public bool IsKnown => book is not null;

    /// <summary>True while every change is held against the exchange's checksum.</summary>
    public bool Checks => book is not null && profile.Checksum is not null;

    /// <summary>The exchange time of the last change, microseconds UTC.</summary>
    public long Micros { get; private set; }

    /// <summary>The best bid; null when there is none or the book is not known.</summary>
    public BookLevel? Bid => book?.Bids.Best;

    /// <summary>The best ask; null when there is none or the book is not known.</summary>
    public BookLevel? Ask => book?.Asks.Best;

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
        var complete = !spilled && upTo >= (heldAfter ?? cursor);
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
        (heldBytes, spilled, heldAfter) = (0, false, null);
    }

    private void Hold(in DepthEvent change)
    {
        heldAfter ??= change.Range!.Value.After;
        spilled |= held.Count == MostHeld || heldBytes > MostHeldBytes;
        if (spilled)
        {
            held.Clear();
            return;
        }

        held.Add(new(change.Range!.Value, change.Bids.ToArray(), change.Asks.ToArray()));
        heldBytes += change.Bids.Length + change.Asks.Length;
    }

    private sealed record Held(SequenceRange Range, byte[] Bids, byte[] Asks);
}
