using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Auditing;
using Ingester.Reading.Journals;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Books;

/// <summary>
/// Reconstructs the book of a market at a given time from the latest snapshot before it and the diffs since. When a diff is missing, the book is not
/// known.
/// </summary>
internal sealed class BookFinder(StreamMerge merge)
{
    /// <summary>How many days back a snapshot is searched. Diffs over more days rarely have no gap.</summary>
    private const int LookBackDays = 3;

    private readonly List<string> unreadable = [];
    private StreamKnowledge? knowledge;
    private bool storeFailed;

    /// <summary>Reconstructs the book.</summary>
    public async Task<BookAnswer> FindAsync(string exchange, string market, long at, CancellationToken cancellation)
    {
        var stream = new StreamId(Dataset.Depth, exchange, market);
        for (var back = 0; back <= LookBackDays; back++)
        {
            var day = Micros.ToDateTime(at).Date.AddDays(-back);
            foreach (var (name, key) in (await merge.Listing.BooksAsync(exchange, market, day, cancellation)).Reverse())
                if (name.MinuteMicros <= at && await BeginAsync(name, key, at, cancellation) is { } start)
                    return await FollowAsync(stream, start, at, cancellation);
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

    private async Task<RebuiltBook?> BeginAsync(BookName name, string key, long at, CancellationToken cancellation)
    {
        try
        {
            if ((await merge.Objects.LoadAsync(key, Dataset.Snapshots, hashStart: null, cancellation)).Rows is not { Count: 1 } rows)
                throw new UnreadableObjectException(key, "it is not a single snapshot");
            var row = rows.First();
            if (row.Micros > at)
                return null;
            return new(key, name.Replica, row, Catalog.Find(name.Stream.Exchange)?.Profile.Book ?? new());
        }
        catch (UnreadableObjectException broken)
        {
            Add([broken]);
            return null;
        }
        catch (JsonException broken)
        {
            unreadable.Add($"{key} is not readable: {broken.Message}");
            return null;
        }
    }

    private async Task<BookAnswer> FollowAsync(StreamId stream, RebuiltBook book, long at, CancellationToken cancellation)
    {
        try
        {
            var verdict = book.Snapshot.UpTo is { } upTo
                ? await FollowSequenceAsync(stream, book, upTo, at, cancellation)
                : await FollowTimeAsync(stream, book, at, cancellation);
            Add(knowledge?.Unreadable ?? []);
            return book.Answer(stream, at, verdict, unreadable) with { IsStoreFailure = storeFailed };
        }
        catch (JsonException broken)
        {
            return book.Answer(stream, at, (BookProof.Unknown, $"A diff after {BookProofs.Time(book.LastMicros)} has no readable levels: {broken.Message}"), unreadable);
        }
    }

    private async Task<(BookProof Proof, string Reason)> FollowSequenceAsync(StreamId stream, RebuiltBook book, long upTo, long at, CancellationToken cancellation)
    {
        var period = new Period(book.Snapshot.Micros - BookProofs.Around, at + BookProofs.Around);
        var epochs = await merge.EpochsAsync(stream, period, cancellation);
        var start = new MergeStart(period, book.Profile.Cursor(upTo), epochs.At(book.Snapshot.Micros));
        SequenceRange? twice = null;
        await foreach (var found in merge.ReadAsync(Loader(stream, period, cancellation), stream, start, variants: false, cancellation))
            switch (found.Kind)
            {
                case MarketEventKind.Conflict when found.Micros <= at && found.Range!.Value.UpTo > upTo:
                    twice ??= found.Range;
                    break;
                case MarketEventKind.Unreadable:
                    Add(found);
                    break;
                case MarketEventKind.Gap when found.Range!.Value.UpTo > upTo:
                    return (BookProof.Unknown, BookProofs.Gap(found.Range.Value, book.LastMicros, found.Micros));
                case MarketEventKind.Reset:
                    return found.Micros > at
                        ? (BookProof.Unproven, $"The exchange reset its numbering soon after: the diffs between {BookProofs.Time(book.LastMicros)} and the reset are not proven.")
                        : (BookProof.Unknown, "The exchange reset its numbering after the last snapshot.");
                case MarketEventKind.Row when found.Micros > at:
                    return twice is { } other ? BookProofs.Conflict(other) : (BookProof.Proven, "Every diff since the snapshot is stored, and so is the next one.");
                case MarketEventKind.Row:
                    book.Apply(found);
                    break;
                default:
                    break;
            }

        return twice is { } conflict ? BookProofs.Conflict(conflict) : BookProofs.AtTheEnd(await VerdictsAsync(stream, book.LastMicros, at, cancellation), book.LastMicros);
    }

    private async Task<(BookProof Proof, string Reason)> FollowTimeAsync(StreamId stream, RebuiltBook book, long at, CancellationToken cancellation)
    {
        var period = new Period(book.Snapshot.Micros, at + 1);
        var lost = new List<MarketEvent>();
        var read = new HashSet<long>(); // start times of the minutes of the rows read
        await foreach (var found in merge.ReadAsync(Loader(stream, period, cancellation), stream, new(period) { LooksAround = true }, variants: false, cancellation))
        {
            if (found.Kind == MarketEventKind.Unreadable)
            {
                Add(found);
                lost.Add(found);
            }

            if (found.Kind != MarketEventKind.Row)
                continue;
            read.Add(Window.Of(found.Micros, 1).StartMicros);
            if (found.Micros >= book.Snapshot.Micros && found.Micros <= at)
                book.Apply(found);
        }

        if (lost.Find(one => !read.Any(minute => minute >= one.Micros && minute < one.UntilMicros)) is { Note: { } note })
            return (BookProof.Unknown, $"The diffs of a window are not readable: {note}");
        var since = book.Snapshot.Micros;
        var journals = new JournalReader(merge.Listing, merge.Objects);
        var told = await journals.GapsAsync(stream.Exchange, new(since, at + 1), cancellation);
        Add(journals.Unreadable);
        var gaps = told.Where(gap => gap.Stream == stream).ToList();
        var torn = gaps.Where(gap => gap.IsMissingAfter(since) && gap.From <= at).ToList();
        var windows = await VerdictsAsync(stream, since, torn.Select(gap => gap.To).Append(at).Max(), cancellation);
        return BookProofs.Torn(torn, gaps, windows) ?? BookProofs.Between([.. windows.Where(window => window.Window.StartMicros <= at).Select(window => AsRead(window, lost))], since);
    }

    /// <summary>A window with an object that is not readable is not proven, even if the names prove it.</summary>
    private static WindowAudit AsRead(WindowAudit window, List<MarketEvent> lost) =>
        window.Verdict < WindowVerdict.Partial && lost.Exists(one => one.Micros < window.Window.EndMicros && one.UntilMicros > window.Window.StartMicros)
            ? window with { Verdict = WindowVerdict.Partial }
            : window;

    private SegmentLoader Loader(StreamId stream, Period period, CancellationToken cancellation)
    {
        knowledge = new(merge, stream.Exchange, stream.Market, period);
        return knowledge.Loader(stream, cancellation);
    }

    private void Add(in MarketEvent broken) => Add(broken.Note!, broken.IsStoreFailure);

    private void Add(IEnumerable<UnreadableObjectException> broken)
    {
        foreach (var one in broken)
            Add(one.Message, one.IsStoreFailure);
    }

    private void Add(string sentence, bool isStoreFailure)
    {
        if (!unreadable.Contains(sentence, StringComparer.Ordinal))
            unreadable.Add(sentence);
        storeFailed |= isStoreFailure;
    }

    /// <summary>Audits the windows between two times.</summary>
    private async Task<IReadOnlyList<WindowAudit>> VerdictsAsync(StreamId stream, long from, long to, CancellationToken cancellation)
    {
        var begin = Window.Of(from, 60).StartMicros;
        var report = await new Auditor(merge).RunAsync(
            new()
            {
                From = new(Micros.ToDateTime(begin)),
                To = new(Micros.ToDateTime(to + 1)),
                Exchanges = [stream.Exchange],
                Pair = stream.Market,
                Datasets = [stream.Dataset],
            },
            cancellation);
        foreach (var sentence in report.Unreadable)
            Add(sentence, isStoreFailure: false);
        return [.. report.Streams.SelectMany(judged => judged.Windows).Where(window => window.Window.EndMicros > from)];
    }
}
