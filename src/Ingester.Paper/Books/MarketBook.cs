using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Exchanges;
using Ingester.Paper.Execution;
using Ingester.Paper.Feeds;
using Ingester.Paper.History;
using Ingester.Reading.Books;
using Ingester.Reading.Objects;

namespace Ingester.Paper.Books;

/// <summary>
/// The book of one market, from what is known at each moment: a snapshot or the book of the store, and the diffs that follow it. Where diffs have a chain of ids, a
/// missing one is found at once, and the book counts as proven while the chain holds. Pure; not thread-safe.
/// </summary>
internal sealed class MarketBook
{
    /// <summary>Diffs that are kept to join a snapshot that arrives after them.</summary>
    private const int MaxRecentDiffs = 20_000;

    private const long MaxRecentBytes = 8 << 20;

    private readonly BookProfile profile;
    private readonly Dataset dataset;
    private readonly bool isNumbered;
    private readonly Queue<LoadedRow> recent = new(); // the last diffs without a gap between them
    private long recentBytes;
    private long? streamUpTo; // the last id of the stream
    private OrderBook? book;
    private long bookUpTo;
    private bool isJoined; // false until a diff was applied to the snapshot
    private long lastMicros;
    private string? gap; // a gap that ends with the next row

    /// <summary>Starts without a book.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="market">The market.</param>
    public MarketBook(string exchange, string market)
    {
        var facts = ExchangeCatalog.Find(exchange)?.Profile;
        (profile, dataset) = (facts?.Book ?? new(), facts?.BookDataset ?? Dataset.Depth);
        isNumbered = ExchangeCatalog.SequenceOf(new(dataset, exchange, market)) == SequenceKind.Contiguous;
    }

    /// <summary>True while the levels are known.</summary>
    public bool IsKnown => book is { IsCrossed: false };

    /// <summary>True while the levels are known and a chain of ids connects them with their snapshot.</summary>
    public bool IsProven => IsKnown && isNumbered;

    /// <summary>Exchange time of the last row, microseconds UTC; null before the first.</summary>
    public long? LastMicros => lastMicros == 0 ? null : lastMicros;

    /// <summary>The best levels; null while the book is not known or has an empty side.</summary>
    public BookFeatures? Features => IsKnown && book!.Bids.Best is { } bid && book.Asks.Best is { } ask
        ? new(ToDecimal(bid.Price), ToDecimal(ask.Price), SumSizes(book.Bids), SumSizes(book.Asks))
        : null;

    /// <summary>Applies an item of one of the book's streams.</summary>
    /// <exception cref="JsonException">A row is not one of a book.</exception>
    public BookChange Apply(in FeedItem item) => item.Kind switch
    {
        FeedItemKind.Row when item.Stream!.Dataset == Dataset.Snapshots => ApplySnapshot(RowHeader.Read(Dataset.Snapshots, item.Row.ToArray())),
        FeedItemKind.Row => ApplyDiff(RowHeader.Read(item.Stream!.Dataset, item.Row.ToArray())),
        FeedItemKind.Gap when item.Stream!.Dataset == dataset => Break(DefectKind.Gap, item.Micros, item.Text ?? "Diffs are missing."),
        FeedItemKind.Reset when item.Stream!.Dataset == dataset => Break(DefectKind.Reset, item.Micros, item.Text ?? "The exchange began its numbering again."),
        FeedItemKind.Book when item.Book is { } stored && book is null => Join(stored, item.Micros),
        _ => default,
    };

    private BookChange ApplyDiff(in LoadedRow row)
    {
        DataDefect? defect = null;
        if (isNumbered && row.Range is null && book is not null)
            defect = Break(DefectKind.Gap, row.Micros, "A diff has no id: its place is not known.").Defect;
        else if (isNumbered && row.Range is { } range && streamUpTo is { } end)
        {
            if (range.UpTo <= end)
                return default; // the stream had it already
            if (!BookProfile.IsContiguous(range, end))
                defect = Break(DefectKind.Gap, row.Micros, $"The diffs ({end}, {range.After}] are missing.").Defect;
        }

        gap = null;
        if (RowTime.IsPlausible(row.Line.Span))
            lastMicros = Math.Max(lastMicros, row.Micros);
        streamUpTo = row.Range?.UpTo ?? streamUpTo;
        if (!isNumbered || row.Range is not null)
            Keep(row);
        var wasKnown = book is not null;
        var update = wasKnown ? ApplyToBook(row) : null;
        if (wasKnown && book is null)
            defect ??= new(MarketStream.Book, DefectKind.Gap, lastMicros, null, "A diff does not follow the book.");
        return new(defect, update);
    }

    private BookUpdate? ApplyToBook(in LoadedRow row)
    {
        if (isNumbered)
        {
            if (row.Range is not { } range)
                return null;
            if (range.UpTo <= (isJoined ? bookUpTo : profile.LastSkippedId(bookUpTo)))
                return null; // the levels contain it already
            if (!BookProfile.IsContiguous(range, bookUpTo))
            {
                book = null;
                return null;
            }

            (bookUpTo, isJoined) = (range.UpTo, true);
        }

        var diff = BookRow.Read(row.Line);
        var (bids, asks) = (new List<PriceLevel>(), new List<PriceLevel>());
        PriceLevelJson.Read(diff.Bids.Span, bids);
        PriceLevelJson.Read(diff.Asks.Span, asks);
        book!.ApplyDiff(diff.Bids.Span, diff.Asks.Span);
        bids.AddRange(book.TrimmedBids!.Select(static level => new PriceLevel(ToDecimal(level.Price), 0)));
        asks.AddRange(book.TrimmedAsks!.Select(static level => new PriceLevel(ToDecimal(level.Price), 0)));
        return new(RowTime.IsPlausible(row.Line.Span) ? row.Micros : lastMicros, bids, asks) { BidHorizon = ToDecimal(book.Bids.Horizon), AskHorizon = ToDecimal(book.Asks.Horizon) };
    }

    private BookChange ApplySnapshot(in LoadedRow row)
    {
        var snapshot = BookRow.Read(row.Line);
        if (isNumbered && (row.Range is not { } range || !CanStart(range.UpTo)))
            return default;
        var levels = new OrderBook();
        levels.LoadSnapshot(snapshot.Bids.Span, snapshot.Asks.Span, snapshot.Levels);
        levels.DepthLimit = profile.MaintainedDepth(levels.Bids.Count, levels.Asks.Count);
        if (dataset == Dataset.Snapshots)
            (gap, lastMicros) = (null, Math.Max(lastMicros, row.Micros));
        return Start(levels, row.Range?.UpTo ?? 0, row.Micros);
    }

    private BookChange Join(BookResult stored, long micros)
    {
        if (stored.Proof == BookProof.Unknown || stored.IsCrossed || (isNumbered ? stored.UpTo is not { } upTo || !CanStart(upTo) : recent.TryPeek(out var first) && stored.LastMicros < first.Micros))
            return default;
        var (bids, asks) = (Known(stored.Bids, stored.BidHorizon, isBid: true), Known(stored.Asks, stored.AskHorizon, isBid: false));
        var depth = stored.BidHorizon is null && stored.AskHorizon is null ? (int?)null : Math.Min(bids.Count, asks.Count);
        if (depth == 0)
            return default;
        var levels = new OrderBook();
        levels.LoadSnapshot(Json(bids), Json(asks), depth);
        var size = Math.Max(stored.Bids.Count, stored.Asks.Count);
        levels.DepthLimit = profile.MaintainedDepths.Count == 0 ? null : profile.MaintainedDepths.Where(maintained => maintained >= size).DefaultIfEmpty(profile.MaintainedDepths.Max()).Min();
        return Start(levels, stored.UpTo ?? 0, Math.Max(micros, stored.LastMicros), stored.UpTo is null ? stored.AtMicros : null, stored.Changes > 0);
    }

    /// <summary>True if the kept diffs follow a snapshot without a gap, or none is kept that it lacks.</summary>
    private bool CanStart(long upTo)
    {
        foreach (var row in recent)
            if (row.Range!.Value.UpTo > profile.LastSkippedId(upTo))
                return BookProfile.IsContiguous(row.Range!.Value, upTo);
        return streamUpTo is not { } end || upTo >= end;
    }

    /// <summary>Makes levels the book and applies the kept diffs that they lack.</summary>
    private BookChange Start(OrderBook levels, long upTo, long micros, long? skipUntil = null, bool hasChanges = false)
    {
        (levels.TrimmedBids, levels.TrimmedAsks) = ([], []);
        (book, bookUpTo, isJoined) = (levels, upTo, hasChanges);
        if (isNumbered || skipUntil is not null)
            foreach (var row in recent)
                if (isNumbered || row.Micros > skipUntil)
                    ApplyToBook(row);
        return new(null, book is null ? null : new(Math.Max(micros, lastMicros), ToLevels(book.Bids), ToLevels(book.Asks))
        {
            IsSnapshot = true,
            IsProven = isNumbered,
            BidHorizon = ToDecimal(book.Bids.Horizon),
            AskHorizon = ToDecimal(book.Asks.Horizon),
        });
    }

    private BookChange Break(DefectKind kind, long micros, string text)
    {
        recent.Clear();
        (recentBytes, streamUpTo, book) = (0, null, null);
        if (gap is not null)
            return default; // it was reported already
        gap = text;
        return new(new(MarketStream.Book, kind, lastMicros == 0 ? micros : lastMicros, null, text), null);
    }

    private void Keep(in LoadedRow row)
    {
        recent.Enqueue(row);
        recentBytes += row.Line.Length;
        while (recent.Count > MaxRecentDiffs || recentBytes > MaxRecentBytes)
            recentBytes -= recent.Dequeue().Line.Length;
    }

    private static decimal SumSizes(BookSide side)
    {
        var sum = 0m;
        for (var rank = 0; rank < Math.Min(BookFeatures.Levels, side.Count); rank++)
            sum += ToDecimal(side[rank].Size);
        return sum;
    }

    private static List<PriceLevel> ToLevels(BookSide side) => [.. side.BestFirst.Select(static level => new PriceLevel(ToDecimal(level.Price), ToDecimal(level.Size)))];

    private static decimal ToDecimal(ExactDecimal value) => decimal.Parse(value.ToString(), CultureInfo.InvariantCulture);

    private static decimal? ToDecimal(ExactDecimal? value) => value is { } number ? ToDecimal(number) : null;

    private static List<BookLevel> Known(IReadOnlyList<BookLevel> levels, ExactDecimal? horizon, bool isBid) =>
        [.. levels.Where(level => horizon is not { } worst || (isBid ? level.Price >= worst : level.Price <= worst))];

    private static byte[] Json(List<BookLevel> levels) => Encoding.UTF8.GetBytes($"[{string.Join(',', levels.Select(static level => $"[\"{level.Price}\",\"{level.Size}\"]"))}]");
}
