using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Books;

/// <summary>A book that began with a stored whole book and follows stored changes.</summary>
internal sealed class RebuiltBook
{
    private readonly OrderBook book = new();
    private long changes;
    private long? upTo;

    /// <summary>Begins with a stored whole book.</summary>
    /// <exception cref="System.Text.Json.JsonException">The row is no book.</exception>
    public RebuiltBook(string key, string replica, in LoadedRow row, BookProfile profile)
    {
        var whole = BookRow.Read(row.Line);
        book.Begin(whole.Bids.Span, whole.Asks.Span, whole.Levels);
        book.Depth = profile.DepthOf(book.Bids.Count, book.Asks.Count);
        upTo = row.Range?.UpTo;
        LastMicros = row.Micros;
        Profile = profile;
        Snapshot = new(key, replica, row.Micros, upTo, whole.Levels, whole.Reason);
    }

    /// <summary>What the exchange's books are worth.</summary>
    public BookProfile Profile { get; }

    /// <summary>What it began with.</summary>
    public BookSnapshot Snapshot { get; }

    /// <summary>The time of the last change.</summary>
    public long LastMicros { get; private set; }

    /// <summary>Applies a stored change.</summary>
    public void Apply(in MarketEvent change)
    {
        var row = BookRow.Read(change.Row);
        book.Apply(row.Bids.Span, row.Asks.Span);
        changes++;
        LastMicros = Math.Max(LastMicros, change.Micros);
        upTo = change.Range?.UpTo ?? upTo;
    }

    /// <summary>What is known at a moment.</summary>
    public BookAnswer Answer(StreamId stream, long at, (BookProof Proof, string Reason) verdict, IReadOnlyList<string> unreadable)
    {
        var known = verdict.Proof != BookProof.Unknown;
        return new()
        {
            Exchange = stream.Exchange,
            Market = stream.Market,
            AtMicros = at,
            Proof = verdict.Proof,
            Reason = verdict.Reason,
            Snapshot = Snapshot,
            Changes = changes,
            LastMicros = LastMicros,
            UpTo = upTo,
            Bids = known ? [.. book.Bids.BestFirst] : [],
            Asks = known ? [.. book.Asks.BestFirst] : [],
            BidHorizon = known ? book.Bids.Horizon : null,
            AskHorizon = known ? book.Asks.Horizon : null,
            IsCrossed = known && book.IsCrossed,
            Unreadable = unreadable,
        };
    }
}
