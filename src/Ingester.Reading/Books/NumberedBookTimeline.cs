using System.Runtime.CompilerServices;
using Ingester.Core.Exchanges;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Books;

/// <summary>
/// The book of a stream whose diffs have a chain of ids. A snapshot joins the diffs by its id, and often contains fewer of them than were received at its
/// time: from the diff after its id on it is maintained in addition to the book, and replaces it at its time.
/// </summary>
internal sealed class NumberedBookTimeline(ArchiveReader archive, JournalCache journals, StreamId stream, Period period) : BookTimeline(archive, journals, stream, period)
{
    /// <summary>Maximum number of snapshots that wait for their time. More come only from many replicas; the further ones are not needed.</summary>
    private const int MaxWaiting = 8;

    private readonly List<(SnapshotKey Name, string Key)> candidates = []; // of the next hour, in the order of their times: not joined to the diffs yet
    private readonly List<(StoredSnapshot Snapshot, ReconstructedBook Book)> waiting = []; // joined to the diffs, in the order of their times
    private long lastMicros; // time up to which the book is known
    private long? doubtFrom; // start of windows that are not proven: the next diff of the chain proves them
    private bool hasConflict;
    private bool hasBegun;
    private bool isBroken; // the levels of the last diff are not readable

    /// <inheritdoc/>
    public override async IAsyncEnumerable<BookStep> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var first = await Snapshots.FindLatestBeforeAsync(Period.From, cancellation);
        var from = first?.Micros ?? Period.From;
        await using var listed = Snapshots.ListAsync(new(from, Period.To), cancellation).GetAsyncEnumerator(cancellation);
        var isListed = await listed.MoveNextAsync();
        await foreach (var item in OpenMerge(from - BookProofRules.SearchMargin).ReadAsync(cancellation))
        {
            var (isRow, isInPeriod) = (item.Kind == MarketEventKind.Row, IsInPeriod(item));
            for (; isRow && isListed && listed.Current.Name.MinuteMicros <= item.Micros + BookProofRules.SearchMargin; isListed = await listed.MoveNextAsync())
                if (first is null || !StoredSnapshot.IsOlder(listed.Current.Name, first.Name))
                    candidates.Add(listed.Current);
            if (isRow && candidates.Count > 0)
                await JoinAsync(item, cancellation);
            if (Breaks(item) && Lose(lastMicros) is var lost && hasBegun)
                yield return lost;
            if (!isRow)
            {
                NoteMark(item);
                if (isInPeriod)
                    yield return new(BookStepKind.Mark, item.Micros) { Event = item };
                continue;
            }

            if (isInPeriod && Begin() is { } begin)
                yield return begin;
            while (TakeDue(item.Micros) is { } due)
                if (isInPeriod)
                    yield return due;
            var applied = Apply(item);
            if (isInPeriod)
                yield return new(applied ? BookStepKind.Diff : BookStepKind.Skipped, item.Micros) { Event = item };
            if (isBroken && Lose(lastMicros) is var unusable && isInPeriod)
                yield return unusable;
        }

        if (Begin() is { } late)
            yield return late;
        while (TakeDue(Period.To) is { } due)
            yield return due;
        for (; isListed; isListed = await listed.MoveNextAsync())
            candidates.Add(listed.Current);
        foreach (var (name, key) in candidates) // no diff followed
            if (name.LastIdOrMicros >= (Current?.UpTo ?? long.MinValue) && await Snapshots.LoadAsync(name, key, cancellation) is { UpTo: not null } last
                && Period.Contains(last.Micros) && Snapshots.Open(last, Profile) is { } opened)
                yield return TakeOver(last, opened);
        Finish();
    }

    /// <summary>Opens the snapshots that the diff joins: their ids reach into it or up to it. Those that no diff joins any more are dropped.</summary>
    private async Task JoinAsync(MarketEvent diff, CancellationToken cancellation)
    {
        if (diff.Range is not { } range)
            return;
        for (var i = 0; i < candidates.Count; i++)
        {
            var (name, key) = candidates[i];
            if (range.UpTo <= Profile.LastSkippedId(name.LastIdOrMicros))
                continue;
            var joins = BookProfile.IsContiguous(range, name.LastIdOrMicros);
            if (!joins && diff.Micros <= name.MinuteMicros + Window.MicrosPerMinute)
                continue; // another numbering may follow
            candidates.RemoveAt(i--);
            if (!joins || waiting.Count == MaxWaiting || (Current is not null && StoredSnapshot.IsOlder(name, Loaded!.Name)))
                continue;
            if (await Snapshots.LoadAsync(name, key, cancellation) is { UpTo: not null } loaded && loaded.Micros < Period.To && Snapshots.Open(loaded, Profile) is { } book)
                waiting.Insert(waiting.FindLastIndex(other => !StoredSnapshot.IsOlder(name, other.Snapshot.Name)) + 1, (loaded, book));
        }
    }

    /// <summary>True for a mark or a diff after which the book is not known. Snapshots that contain everything up to it are not affected.</summary>
    private bool Breaks(in MarketEvent item)
    {
        if (item.Kind == MarketEventKind.Row)
            return item.Range is null && Current is not null && item.Micros >= Loaded!.Micros; // its place among the diffs with ids is not known
        if (item.Kind is not (MarketEventKind.Gap or MarketEventKind.Reset))
            return false;
        var upTo = item.Kind == MarketEventKind.Gap ? item.Range!.Value.UpTo : long.MaxValue;
        waiting.RemoveAll(one => one.Book.UpTo < upTo);
        return Current is not null && (Current.UpTo is not { } known || known < upTo);
    }

    private void NoteMark(in MarketEvent mark)
    {
        if (mark.Kind == MarketEventKind.Conflict && Current is not null)
        {
            hasConflict = true;
            Time.Doubt(lastMicros);
        }
        else if (mark.Kind is MarketEventKind.Unproven or MarketEventKind.Missing or MarketEventKind.Disputed)
        {
            doubtFrom ??= mark.Micros;
        }
    }

    /// <summary>Begins the period: the book as it was before its first event.</summary>
    private BookStep? Begin()
    {
        if (hasBegun)
            return null;
        while (waiting.Count > 0 && waiting[0].Snapshot.Micros < Period.From)
            TakeDue(Period.From);
        hasBegun = true;
        if (Current is null)
            return null;
        Time.Know(Period.From, !hasConflict);
        lastMicros = Period.From;
        return new(BookStepKind.Begin, Period.From);
    }

    /// <summary>The next snapshot whose time is before that of a diff becomes the book.</summary>
    private BookStep? TakeDue(long micros)
    {
        if (waiting.Count == 0 || waiting[0].Snapshot.Micros >= micros)
            return null;
        var (snapshot, book) = waiting[0];
        waiting.RemoveAt(0);
        return TakeOver(snapshot, book);
    }

    private BookStep TakeOver(StoredSnapshot snapshot, ReconstructedBook book)
    {
        hasConflict = false;
        lastMicros = Math.Max(lastMicros, snapshot.Micros);
        if (hasBegun)
            Time.Know(snapshot.Micros, proven: true);
        return Load(snapshot, book);
    }

    /// <summary>Applies a diff to the book and to the waiting snapshots; false if the book does not have it afterwards.</summary>
    private bool Apply(in MarketEvent diff)
    {
        isBroken = false;
        if (diff.Range is null)
            return false;
        for (var i = waiting.Count - 1; i >= 0; i--)
            if (!waiting[i].Book.IsOutOfOrder(diff) && !TryApply(waiting[i].Book, diff))
                waiting.RemoveAt(i);
        if (Current is not { } book)
            return false;
        if (book.IsOutOfOrder(diff))
        {
            hasConflict = true;
            Time.Doubt(lastMicros);
            return false;
        }

        isBroken = !TryApply(book, diff);
        if (isBroken)
            return false;
        doubtFrom = null;
        lastMicros = Math.Max(lastMicros, diff.Micros);
        Time.Advance(Math.Min(lastMicros, Period.To));
        return true;
    }

    private void Finish()
    {
        if (Current is null)
            return;
        if (doubtFrom is { } micros)
            Time.Doubt(Math.Max(micros, lastMicros));
        Time.Advance(Period.To);
    }
}
