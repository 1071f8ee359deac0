using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Books;

/// <summary>A book that is reconstructed from a stored snapshot and stored diffs.</summary>
internal sealed class ReconstructedBook
{
    private readonly OrderBook book = new();
    private long diffs;
    private long? upTo;

    /// <summary>Starts with a stored snapshot.</summary>
    /// <exception cref="System.Text.Json.JsonException">The row is not a snapshot.</exception>
    public ReconstructedBook(string key, string replica, in LoadedRow row, BookProfile profile)
    {
        var snapshot = BookRow.Read(row.Line);
        book.LoadSnapshot(snapshot.Bids.Span, snapshot.Asks.Span, snapshot.Levels);
        book.DepthLimit = profile.MaintainedDepth(book.Bids.Count, book.Asks.Count);
        upTo = row.Range?.UpTo;
        LastMicros = row.Micros;
        Profile = profile;
        Snapshot = new(key, replica, row.Micros, upTo, snapshot.Levels, snapshot.Reason);
    }

    /// <summary>The book profile of the exchange.</summary>
    public BookProfile Profile { get; }

    /// <summary>The snapshot that the book starts from.</summary>
    public BookSnapshot Snapshot { get; }

    /// <summary>Time of the last diff, or of the snapshot.</summary>
    public long LastMicros { get; private set; }

    /// <summary>The levels.</summary>
    public OrderBook Levels => book;

    /// <summary>The last id that the book contains; null when the exchange has no sequence ids.</summary>
    public long? UpTo => upTo;

    /// <summary>True for a diff whose ids are before those of the last applied diff: it cannot be applied any more.</summary>
    public bool IsOutOfOrder(in MarketEvent diff) => diff.Range?.UpTo < upTo;

    /// <summary>Applies a stored diff.</summary>
    public void Apply(in MarketEvent diff)
    {
        var row = BookRow.Read(diff.Row);
        book.ApplyDiff(row.Bids.Span, row.Asks.Span);
        diffs++;
        LastMicros = Math.Max(LastMicros, diff.Micros);
        upTo = diff.Range?.UpTo ?? upTo;
    }

    /// <summary>Creates the result for a time.</summary>
    public BookResult CreateResult(StreamId stream, long at, (BookProof Proof, string Reason) verdict, IReadOnlyList<string> unreadable)
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
            Changes = diffs,
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
