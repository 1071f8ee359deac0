using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Auditing;
using Ingester.Reading.Journals;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Books;

/// <summary>
/// Reconstructs the book of a market at a given time from the latest snapshot before it and the diffs since. When a diff is missing, the book is not
/// known.
/// </summary>
internal sealed class BookReconstructor(ArchiveReader archive)
{
    /// <summary>How many days back a snapshot is searched. Diffs over more days rarely have no gap.</summary>
    private const int LookBackDays = 3;

    private readonly StoredStreamReader streams = new(archive);
    private readonly List<string> unreadable = [];
    private JournalCache? journalCache;
    private bool storeFailed;

    /// <summary>Reconstructs the book.</summary>
    public async Task<BookResult> ReconstructAsync(string exchange, string market, long at, CancellationToken cancellation)
    {
        var stream = new StreamId(ExchangeCatalog.Find(exchange)?.Profile.BookDataset ?? Dataset.Depth, exchange, market);
        for (var back = 0; back <= LookBackDays; back++)
        {
            var day = Micros.ToDateTime(at).Date.AddDays(-back);
            foreach (var (name, key) in (await archive.Listing.ListSnapshotsAsync(exchange, market, day, cancellation)).Reverse())
                if (name.MinuteMicros <= at && await TryLoadSnapshotAsync(name, key, at, cancellation) is { } start)
                    return await ApplyDiffsAsync(stream, start, at, cancellation);
        }

        return new()
        {
            Exchange = exchange,
            Market = market,
            AtMicros = at,
            Proof = BookProof.Unknown,
            Reason = $"No snapshot of {exchange} {market} is stored in the {LookBackDays} days before.",
            Unreadable = unreadable,
            IsStoreFailure = storeFailed,
        };
    }

    private async Task<ReconstructedBook?> TryLoadSnapshotAsync(SnapshotKey name, string key, long at, CancellationToken cancellation)
    {
        try
        {
            if ((await archive.Objects.LoadAsync(key, Dataset.Snapshots, hashStart: null, cancellation)).Rows is not { Count: 1 } rows)
                throw new UnreadableObjectException(key, "it is not a single snapshot");
            var row = rows.First();
            if (row.Micros > at)
                return null;
            return new(key, name.Replica, row, ExchangeCatalog.Find(name.Stream.Exchange)?.Profile.Book ?? new());
        }
        catch (UnreadableObjectException error)
        {
            AddUnreadable([error]);
            return null;
        }
        catch (JsonException error)
        {
            unreadable.Add($"{key} is not readable: {error.Message}");
            return null;
        }
    }

    private async Task<BookResult> ApplyDiffsAsync(StreamId stream, ReconstructedBook book, long at, CancellationToken cancellation)
    {
        try
        {
            var verdict = stream.Dataset == Dataset.Snapshots ? await JudgeCompleteBookAsync(stream, book, at, cancellation)
                : book.Snapshot.UpTo is { } upTo && ExchangeCatalog.SequenceOf(stream) != SequenceKind.Monotonic // ids that only grow prove no chain
                ? await ApplyNumberedDiffsAsync(stream, book, upTo, at, cancellation)
                : await ApplyUnnumberedDiffsAsync(stream, book, at, cancellation);
            AddUnreadable(journalCache?.Unreadable ?? []);
            return book.CreateResult(stream, at, verdict, unreadable) with { IsStoreFailure = storeFailed };
        }
        catch (JsonException error)
        {
            return book.CreateResult(stream, at, (BookProof.Unknown, $"A diff after {BookProofRules.FormatTime(book.LastMicros)} has no readable levels: {error.Message}"), unreadable);
        }
    }

    private async Task<(BookProof Proof, string Reason)> ApplyNumberedDiffsAsync(StreamId stream, ReconstructedBook book, long upTo, long at, CancellationToken cancellation)
    {
        var period = new Period(book.Snapshot.Micros - BookProofRules.SearchMargin, at + BookProofRules.SearchMargin);
        var start = new MergeStart(period, book.Profile.LastSkippedId(upTo), book.Snapshot.Micros);
        (BookProof Proof, string Reason)? doubt = null;
        await foreach (var found in streams.ReadAsync(CreateLoader(stream, period, cancellation), stream, start, variants: false, cancellation).SelectMany(static segment => segment))
            switch (found.Kind)
            {
                case MarketEventKind.Conflict when found.Micros <= at && found.Range!.Value.UpTo > upTo:
                    doubt ??= BookProofRules.FromConflict(found.Range.Value);
                    break;
                case MarketEventKind.Unreadable:
                    AddUnreadable(found);
                    break;
                case MarketEventKind.Gap when found.Range!.Value.UpTo > upTo:
                    return (BookProof.Unknown, BookProofRules.DescribeGap(found.Range.Value, book.LastMicros, found.Micros));
                case MarketEventKind.Reset:
                    return found.Micros > at
                        ? (BookProof.Unproven, $"The exchange reset its numbering soon after: the diffs between {BookProofRules.FormatTime(book.LastMicros)} and the reset are not proven.")
                        : (BookProof.Unknown, "The exchange reset its numbering after the last snapshot.");
                case MarketEventKind.Row when found.Micros > at:
                    return doubt ?? (BookProof.Proven, "Every diff since the snapshot is stored, and so is the next one.");
                case MarketEventKind.Row when found.Range is null && found.Micros >= book.Snapshot.Micros:
                    return (BookProof.Unknown, $"A diff without ids is stored at {BookProofRules.FormatTime(found.Micros)}: its place among the diffs with ids is not known.");
                case MarketEventKind.Row when book.IsOutOfOrder(found):
                    doubt ??= BookProofRules.FromDiffOutOfOrder(found.Range!.Value);
                    break;
                case MarketEventKind.Row when found.Range is not null:
                    book.Apply(found);
                    break;
                default:
                    break;
            }

        return doubt ?? BookProofRules.WithoutLaterDiff(await AuditWindowsAsync(stream, book.LastMicros, at, cancellation), book.LastMicros);
    }

    private async Task<(BookProof Proof, string Reason)> ApplyUnnumberedDiffsAsync(StreamId stream, ReconstructedBook book, long at, CancellationToken cancellation)
    {
        var period = new Period(book.Snapshot.Micros, at + 1);
        var unreadableMarks = new List<MarketEvent>();
        var read = new HashSet<long>(); // start times of the minutes of the rows read
        await foreach (var found in streams.ReadAsync(CreateLoader(stream, period, cancellation), stream, new(period) { IncludesSurroundings = true }, variants: false, cancellation).SelectMany(static segment => segment))
        {
            if (found.Kind == MarketEventKind.Unreadable)
            {
                AddUnreadable(found);
                unreadableMarks.Add(found);
            }

            if (found.Kind != MarketEventKind.Row)
                continue;
            read.Add(Window.Containing(found.Micros, 1).StartMicros);
            if (found.Micros >= book.Snapshot.Micros && found.Micros <= at)
                book.Apply(found);
        }

        if (unreadableMarks.Find(one => !read.Any(minute => minute >= one.Micros && minute < one.EndMicros)) is { Note: { } note })
            return (BookProof.Unknown, $"The diffs of a window are not readable: {note}");
        var since = book.Snapshot.Micros;
        var (openGaps, gaps) = await ReadGapsAsync(stream, since, at, cancellation);
        var windows = await AuditWindowsAsync(stream, since, openGaps.Select(gap => gap.To).Append(at).Max(), cancellation);
        return BookProofRules.FromReportedGaps(openGaps, gaps, windows) ?? BookProofRules.FromWindows([.. windows.Where(window => window.Window.StartMicros <= at).Select(window => DowngradeIfUnreadable(window, unreadableMarks))], since);
    }

    /// <summary>The exchange sends complete books and no diffs: the last stored one is that of the moment, unless books may be missing since.</summary>
    private async Task<(BookProof Proof, string Reason)> JudgeCompleteBookAsync(StreamId stream, ReconstructedBook book, long at, CancellationToken cancellation)
    {
        var (openGaps, gaps) = await ReadGapsAsync(stream, book.Snapshot.Micros, at, cancellation);
        return BookProofRules.FromReportedGaps(openGaps, gaps, windows: []) ?? BookProofRules.WithoutDiffs;
    }

    /// <summary>The gaps that replicas report for a stream since a snapshot, and those of them that affect the book at a time.</summary>
    private async Task<(IReadOnlyList<GapRecord> Open, IReadOnlyList<GapRecord> All)> ReadGapsAsync(StreamId stream, long since, long at, CancellationToken cancellation)
    {
        var journals = new JournalReader(archive);
        var reported = await journals.ReadGapsAsync(stream.Exchange, new(since, at + 1), cancellation);
        AddUnreadable(journals.Unreadable);
        var gaps = reported.Where(gap => gap.Stream == stream).ToList();
        return ([.. gaps.Where(gap => gap.AffectsBookAfter(since) && gap.From <= at)], gaps);
    }

    /// <summary>A window with an object that is not readable is not proven, even if the names prove it.</summary>
    private static WindowAudit DowngradeIfUnreadable(WindowAudit window, List<MarketEvent> unreadableMarks) =>
        window.Verdict < WindowVerdict.Partial && unreadableMarks.Exists(one => one.Micros < window.Window.EndMicros && one.EndMicros > window.Window.StartMicros)
            ? window with { Verdict = WindowVerdict.Partial }
            : window;

    private SegmentLoader CreateLoader(StreamId stream, Period period, CancellationToken cancellation)
    {
        journalCache = new(archive, stream.Exchange, new HashSet<string>([stream.Market], StringComparer.Ordinal), period);
        return journalCache.CreateLoader(stream, cancellation);
    }

    private void AddUnreadable(in MarketEvent error) => AddUnreadable(error.Note!, error.IsStoreFailure);

    private void AddUnreadable(IEnumerable<UnreadableObjectException> error)
    {
        foreach (var one in error)
            AddUnreadable(one.Message, one.IsStoreFailure);
    }

    private void AddUnreadable(string sentence, bool isStoreFailure)
    {
        if (!unreadable.Contains(sentence, StringComparer.Ordinal))
            unreadable.Add(sentence);
        storeFailed |= isStoreFailure;
    }

    /// <summary>Audits the windows between two times.</summary>
    private async Task<IReadOnlyList<WindowAudit>> AuditWindowsAsync(StreamId stream, long from, long to, CancellationToken cancellation)
    {
        var begin = Window.Containing(from, 60).StartMicros;
        var report = await new Auditor(archive).RunAsync(
            new()
            {
                From = new(Micros.ToDateTime(begin)),
                To = new(Micros.ToDateTime(to + 1)),
                Exchanges = [stream.Exchange],
                MarketPattern = stream.Market,
                Datasets = [stream.Dataset],
            },
            cancellation);
        foreach (var sentence in report.Unreadable)
            AddUnreadable(sentence, isStoreFailure: false);
        return [.. report.Streams.SelectMany(judged => judged.Windows).Where(window => window.Window.EndMicros > from)];
    }
}
