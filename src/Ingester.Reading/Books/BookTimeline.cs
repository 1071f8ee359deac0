using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Marking;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Books;

/// <summary>
/// The book of one market over a period, step by step. At every moment the book equals that of <see cref="BookReconstructor"/>: the latest stored
/// snapshot, and the diffs since. It is read once, in order; one book, the diffs of one segment and snapshots that wait for their time are in memory.
/// </summary>
internal abstract class BookTimeline
{
    private readonly List<BookLevel> trimmedBids = [];
    private readonly List<BookLevel> trimmedAsks = [];

    private protected BookTimeline(ArchiveReader archive, JournalCache journals, StreamId stream, Period period)
    {
        (Archive, Journals, Stream, Period) = (archive, journals, stream, period);
        Snapshots = new(archive, stream.Exchange, stream.Market);
        Profile = ExchangeCatalog.Find(stream.Exchange)?.Profile.Book ?? new();
    }

    /// <summary>The stream of the book.</summary>
    public StreamId Stream { get; }

    /// <summary>The levels after the last step; null while the book is not known.</summary>
    public OrderBook? Book => Current?.Levels;

    /// <summary>The bids that the last diff removed because the exchange maintains fewer levels: it sends no removals for them.</summary>
    public IReadOnlyList<BookLevel> TrimmedBids => trimmedBids;

    /// <summary>The asks that the last diff removed because the exchange maintains fewer levels.</summary>
    public IReadOnlyList<BookLevel> TrimmedAsks => trimmedAsks;

    /// <summary>The time in which the book was known and proven, up to the last step; after the last step that of the whole period.</summary>
    public BookTime Time { get; } = new();

    /// <summary>The snapshots of the market.</summary>
    public SnapshotSource Snapshots { get; }

    private protected ArchiveReader Archive { get; }

    private protected JournalCache Journals { get; }

    private protected Period Period { get; }

    private protected BookProfile Profile { get; }

    /// <summary>The book; null while it is not known.</summary>
    private protected ReconstructedBook? Current { get; private set; }

    /// <summary>The name of the snapshot that the book was loaded from, or of the last one.</summary>
    private protected StoredSnapshot? Loaded { get; private set; }

    /// <summary>Creates the timeline for the kind of sequence of a stream.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="journals">The journals of the exchange.</param>
    /// <param name="stream">The stream of the book: of the diffs, or of the complete books.</param>
    /// <param name="period">The period.</param>
    public static BookTimeline Create(ArchiveReader archive, JournalCache journals, StreamId stream, Period period) =>
        stream.Dataset == Dataset.Snapshots ? new CompleteBookTimeline(archive, journals, stream, period)
        : ExchangeCatalog.SequenceOf(stream) is SequenceKind.None or SequenceKind.Monotonic ? new TimedBookTimeline(archive, journals, stream, period)
        : new NumberedBookTimeline(archive, journals, stream, period);

    /// <summary>Reads the steps of the period in order. The book is that after a step until the next step is requested.</summary>
    public abstract IAsyncEnumerable<BookStep> ReadAsync(CancellationToken cancellation);

    /// <summary>Makes a snapshot the book.</summary>
    private protected BookStep Load(StoredSnapshot snapshot, ReconstructedBook book)
    {
        (Current, Loaded) = (book, snapshot);
        (book.Levels.TrimmedBids, book.Levels.TrimmedAsks) = (trimmedBids, trimmedAsks);
        trimmedBids.Clear();
        trimmedAsks.Clear();
        return new(BookStepKind.Snapshot, snapshot.Micros) { Snapshot = snapshot };
    }

    /// <summary>Applies a diff; false if its levels are not readable, and the book is then no longer usable.</summary>
    private protected static bool TryApply(ReconstructedBook book, in MarketEvent diff)
    {
        try
        {
            book.Apply(diff);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Forgets the book.</summary>
    private protected BookStep Lose(long knownUntil)
    {
        Current = null;
        Time.Lose(Math.Max(knownUntil, Period.From));
        return new(BookStepKind.Lost, knownUntil);
    }

    /// <summary>True for an event of the period: its window is in the period. Periods begin and end with windows.</summary>
    private protected bool IsInPeriod(in MarketEvent item) =>
        item.Origin?.WindowMicros is { } start ? Period.Contains(start) : item.EndMicros > 0 ? item.EndMicros > Period.From : item.Micros >= Period.From;

    private protected MarkedMerge OpenMerge(long from) => new(Archive, Journals, Stream, new(Math.Max(0, from), Period.To), variants: false);
}
