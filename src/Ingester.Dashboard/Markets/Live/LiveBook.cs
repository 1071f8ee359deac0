using System.Text;
using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Dashboard.Components;
using Ingester.Dashboard.Markets.Books;
using Ingester.Exchanges;
using Ingester.Reading.Books;
using Ingester.Reading.Objects;

namespace Ingester.Dashboard.Markets.Live;

/// <summary>
/// The book of a market from the diffs of the live stream. It starts from the book of the store at the time of the first received diff, or from a snapshot in the
/// stream, and is unknown after every gap. It is never called proven: what it contains is proven in the store only. Not thread-safe.
/// </summary>
internal sealed class LiveBook
{
    private const int MaxWaitingDiffs = 20_000;
    private const long MaxWaitingBytes = 8 << 20;

    private readonly BookProfile profile;
    private readonly bool isNumbered;
    private readonly Queue<LoadedRow> waiting = new(); // diffs since the first one, until the book is known
    private long waitingBytes;
    private OrderBook? book;
    private BookSnapshot? start;
    private long? upTo;
    private long lastMicros, changes;
    private string reason = "No diff was received yet.";

    /// <summary>Starts without a book.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="market">The market.</param>
    public LiveBook(string exchange, string market)
    {
        var facts = ExchangeCatalog.Find(exchange)?.Profile;
        (profile, Dataset) = (facts?.Book ?? new(), facts?.BookDataset ?? Dataset.Depth);
        isNumbered = ExchangeCatalog.SequenceOf(new(Dataset, exchange, market)) == SequenceKind.Contiguous;
    }

    /// <summary>The dataset of the changes: diffs, or complete books.</summary>
    public Dataset Dataset { get; }

    /// <summary>True when the levels are known.</summary>
    public bool IsKnown => book is not null;

    /// <summary>Time of the first diff that waits for a book, microseconds UTC; null when none waits.</summary>
    public long? FirstWaiting => book is null && waiting.TryPeek(out var first) ? first.Micros : null;

    /// <summary>Why the book is not known; null when it is known.</summary>
    public string? Reason => book is null ? reason : null;

    /// <summary>Adds a row of the live stream.</summary>
    /// <exception cref="JsonException">It is not a row of a book.</exception>
    public void Add(Dataset dataset, ReadOnlyMemory<byte> line)
    {
        var row = RowHeader.Read(dataset, line);
        if (dataset == Dataset.Snapshots)
        {
            if (book is null || Dataset == Dataset.Snapshots || !isNumbered)
                Load(row);
        }
        else if (book is null)
            Wait(row);
        else
            Apply(row);
    }

    /// <summary>Events were missed, or the numbering began again: the book is not known any more.</summary>
    /// <param name="why">What happened, as a sentence.</param>
    public void Break(string why)
    {
        book = null;
        waiting.Clear();
        (waitingBytes, reason) = (0, why);
    }

    /// <summary>Starts from the book of the store at the time of <see cref="FirstWaiting"/>, if the store holds the diffs up to it already.</summary>
    /// <returns>True when the book is known now.</returns>
    public bool TryJoin(BookResult stored)
    {
        if (book is not null || !waiting.TryPeek(out var first) || stored.Proof == BookProof.Unknown || stored.IsCrossed)
            return book is not null;
        if (isNumbered ? stored.UpTo is not { } end || first.Range is not { } range || end < range.After : stored.LastMicros < first.Micros)
        {
            reason = $"Diffs arrive since {DisplayText.Time(first.Micros)}. The ladder follows as soon as the store holds the diffs before them.";
            return false;
        }

        var levels = new OrderBook();
        var (bids, asks) = (Known(stored.Bids, stored.BidHorizon, isBid: true), Known(stored.Asks, stored.AskHorizon, isBid: false));
        var depth = stored.BidHorizon is null && stored.AskHorizon is null ? (int?)null : Math.Min(bids.Count, asks.Count);
        if (depth == 0)
        {
            reason = "Every level of the stored book has changed since its snapshot. The ladder starts with the next snapshot.";
            return false;
        }

        levels.LoadSnapshot(Json(bids), Json(asks), depth);
        levels.DepthLimit = MaintainedDepth(Math.Max(stored.Bids.Count, stored.Asks.Count));
        (start, upTo, lastMicros, changes) = (stored.Snapshot, stored.UpTo, stored.LastMicros, stored.Changes);
        Begin(levels, stored.AtMicros);
        return book is not null;
    }

    /// <summary>The book as a page shows it; null while it is not known.</summary>
    /// <param name="maxRows">Maximum number of levels per side.</param>
    public BookPicture? Picture(int maxRows) => book is null ? null : new()
    {
        AtMicros = lastMicros,
        Proof = BookProof.Unproven,
        Reason = isNumbered ? "Live: no diff is missing since the start of this book. What one replica received is proven when it is stored." : "Live: what one replica received is not proven until it is stored.",
        IsLive = true,
        Bids = LadderSide.Create(book.Bids.BestFirst, book.Bids.Count, book.Bids.Horizon, isBid: true, maxRows),
        Asks = LadderSide.Create(book.Asks.BestFirst, book.Asks.Count, book.Asks.Horizon, isBid: false, maxRows),
        Spread = book.Bids.Best is { } bid && book.Asks.Best is { } ask ? (ask.Price - bid.Price).ToString() : null,
        IsCrossed = book.IsCrossed,
        Snapshot = start,
        Changes = changes,
        LastMicros = lastMicros,
        UpTo = upTo,
    };

    private void Wait(in LoadedRow row)
    {
        waiting.Enqueue(row);
        waitingBytes += row.Line.Length;
        if (waiting.Count <= MaxWaitingDiffs && waitingBytes <= MaxWaitingBytes)
            return;
        waiting.Clear(); // the book starts from a later diff
        (waitingBytes, reason) = (0, "More diffs arrived than are kept while the store is behind. The ladder starts again from a later diff.");
    }

    private void Load(in LoadedRow row)
    {
        var snapshot = BookRow.Read(row.Line);
        var levels = new OrderBook();
        levels.LoadSnapshot(snapshot.Bids.Span, snapshot.Asks.Span, snapshot.Levels);
        levels.DepthLimit = profile.MaintainedDepth(levels.Bids.Count, levels.Asks.Count);
        (start, upTo, lastMicros, changes) = (null, row.Range?.UpTo, row.Micros, 0);
        Begin(levels, row.Micros);
    }

    /// <summary>Applies the diffs that wait; those that the levels contain already are skipped.</summary>
    private void Begin(OrderBook levels, long micros)
    {
        book = levels;
        while (book is not null && waiting.TryDequeue(out var row))
            if (isNumbered || row.Micros > micros)
                Apply(row);
        if (book is null)
            return;
        waiting.Clear();
        waitingBytes = 0;
    }

    private void Apply(in LoadedRow row)
    {
        if (isNumbered)
        {
            if (row.Range is not { } range || upTo is not { } end || !BookProfile.IsContiguous(range, end))
            {
                Break($"Diffs are missing before {DisplayText.Time(row.Micros)}.");
                Wait(row);
                return;
            }

            if (range.UpTo <= (changes == 0 ? profile.LastSkippedId(end) : end))
                return; // the levels contain it already
            upTo = Math.Max(end, range.UpTo);
        }

        var diff = BookRow.Read(row.Line);
        book!.ApplyDiff(diff.Bids.Span, diff.Asks.Span);
        (lastMicros, changes) = (Math.Max(lastMicros, row.Micros), changes + 1);
    }

    /// <summary>The smallest depth of the exchange that the book fits into: a smaller one claims less.</summary>
    private int? MaintainedDepth(int levels) =>
        profile.MaintainedDepths.Count == 0 ? null : profile.MaintainedDepths.Where(depth => depth >= levels).DefaultIfEmpty(profile.MaintainedDepths.Max()).Min();

    private static List<BookLevel> Known(IReadOnlyList<BookLevel> levels, ExactDecimal? horizon, bool isBid) =>
        [.. levels.Where(level => horizon is not { } worst || (isBid ? level.Price >= worst : level.Price <= worst))];

    private static byte[] Json(List<BookLevel> levels) => Encoding.UTF8.GetBytes($"[{string.Join(',', levels.Select(static level => $"[\"{level.Price}\",\"{level.Size}\"]"))}]");
}
