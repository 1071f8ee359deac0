using System.Runtime.CompilerServices;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Books;

/// <summary>
/// The book of a stream whose diffs have no chain of ids: the snapshot, and every diff from its time on. It is not known from a reported gap on, unless
/// the windows of the gap are whole, from a missing window on, and from a window on whose diffs are not readable.
/// </summary>
internal sealed class TimedBookTimeline(ArchiveReader archive, JournalCache journals, StreamId stream, Period period) : BookTimeline(archive, journals, stream, period)
{
    private readonly List<MarketEvent> unreadable = []; // windows with an object that is not readable: another object may have the diffs
    private BookGaps? gaps;
    private long lostAt = long.MaxValue; // time from which the book is not known although it has been loaded
    private long missingUntil; // end of the last span without stored diffs
    private long unprovenUntil; // end of the last span that is not proven
    private bool isProven;
    private bool hasBegun;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<BookStep> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var first = await Snapshots.FindLatestBeforeAsync(Period.From, cancellation);
        var from = first?.Micros ?? Period.From;
        gaps = await BookGaps.ReadAsync(Archive, Journals, Stream, new(from, Period.To), cancellation);
        await using var listed = Snapshots.ListAsync(new(from, Period.To), cancellation).GetAsyncEnumerator(cancellation);
        var isListed = await listed.MoveNextAsync();
        StoredSnapshot? next = null; // opened, and not due yet
        await foreach (var item in OpenMerge(from).ReadAsync(cancellation))
        {
            var (isRow, isInPeriod) = (item.Kind == MarketEventKind.Row, IsInPeriod(item));
            if (isRow)
                CheckUnreadable(item.Micros);
            else
                NoteMark(item);
            for (var isDue = isRow; isDue;)
            {
                for (; next is null && isListed && listed.Current.Name.MinuteMicros <= item.Micros; isListed = await listed.MoveNextAsync())
                    if (first is null || !StoredSnapshot.IsOlder(listed.Current.Name, first.Name))
                        next = await Snapshots.LoadAsync(listed.Current.Name, listed.Current.Key, cancellation);
                isDue = next is not null && next.Micros <= item.Micros;
                if (isInPeriod && (!isDue || next!.Micros >= Period.From))
                    foreach (var step in Begin())
                        yield return step;
                if (!isDue)
                    break;
                var due = next!;
                next = null;
                foreach (var step in TakeOver(due))
                    if (hasBegun)
                        yield return step;
            }

            if (!isRow)
            {
                if (isInPeriod)
                    yield return new(BookStepKind.Mark, item.Micros) { Event = item };
                continue;
            }

            if (LoseIfBefore(item.Micros) is { } lost && hasBegun)
                yield return lost;
            var applies = Current is not null && item.Micros >= Loaded!.Micros;
            var isBroken = applies && !TryApply(Current!, item);
            if (applies && hasBegun)
                Time.Advance(Math.Min(item.Micros, Period.To));
            if (isInPeriod)
                yield return new(applies && !isBroken ? BookStepKind.Diff : BookStepKind.Skipped, item.Micros) { Event = item };
            if (isBroken && Lose(item.Micros) is var unusable && hasBegun)
                yield return unusable;
        }

        CheckUnreadable(Period.To);
        for (; next is not null || isListed; next = null)
        {
            for (; next is null && isListed; isListed = await listed.MoveNextAsync())
                if (first is null || !StoredSnapshot.IsOlder(listed.Current.Name, first.Name))
                    next = await Snapshots.LoadAsync(listed.Current.Name, listed.Current.Key, cancellation);
            if (next is null || next.Micros >= Period.To)
                continue;
            if (next.Micros >= Period.From)
                foreach (var step in Begin())
                    yield return step;
            foreach (var step in TakeOver(next))
                if (hasBegun)
                    yield return step;
        }

        foreach (var step in Begin())
            yield return step;
        if (LoseIfBefore(Period.To) is { } end)
            yield return end;
        if (Current is not null)
            Time.Advance(Period.To);
    }

    /// <summary>Begins the period: the book as it was before its first event.</summary>
    private IEnumerable<BookStep> Begin()
    {
        if (hasBegun)
            yield break;
        LoseIfBefore(Period.From);
        hasBegun = true;
        if (Current is null)
            yield break;
        Time.Know(Period.From, isProven);
        yield return new(BookStepKind.Begin, Period.From);
    }

    /// <summary>A snapshot becomes the book, unless diffs that follow it directly are missing.</summary>
    private IEnumerable<BookStep> TakeOver(StoredSnapshot snapshot)
    {
        if (LoseIfBefore(snapshot.Micros) is { } lost)
            yield return lost;
        var end = gaps!.FirstAfter(snapshot.Micros);
        if (Window.Containing(snapshot.Micros, 1).EndMicros is var next && next < missingUntil)
            end = Math.Min(end, next);
        if (end <= snapshot.Micros || Snapshots.Open(snapshot, Profile) is not { } book)
        {
            if (Current is not null)
                yield return Lose(snapshot.Micros);
            yield break;
        }

        (lostAt, isProven) = (end, snapshot.Micros >= unprovenUntil);
        if (hasBegun)
            Time.Know(snapshot.Micros, isProven);
        yield return Load(snapshot, book);
    }

    private BookStep? LoseIfBefore(long micros) => Current is not null && lostAt < micros ? Lose(lostAt) : null;

    private void NoteMark(in MarketEvent mark)
    {
        switch (mark.Kind)
        {
            case MarketEventKind.Missing:
                missingUntil = Math.Max(missingUntil, mark.EndMicros);
                Doubt(mark);
                if (Loaded is { } loaded)
                    lostAt = Math.Min(lostAt, mark.Micros > loaded.Micros ? mark.Micros : Window.Containing(loaded.Micros, 1).EndMicros is var next && next < mark.EndMicros ? next : lostAt);
                break;
            case MarketEventKind.Unproven or MarketEventKind.Disputed:
                Doubt(mark);
                break;
            case MarketEventKind.Unreadable when mark.EndMicros > 0:
                unreadable.Add(mark);
                Doubt(mark);
                break;
            case MarketEventKind.Conflict:
                Time.Doubt(mark.Micros);
                isProven = false;
                break;
            default:
                break;
        }
    }

    private void Doubt(in MarketEvent mark)
    {
        unprovenUntil = Math.Max(unprovenUntil, mark.EndMicros);
        isProven = false;
        Time.Doubt(mark.Micros);
    }

    /// <summary>A window with an object that is not readable is known only if another object has diffs of it.</summary>
    private void CheckUnreadable(long micros)
    {
        for (var i = unreadable.Count - 1; i >= 0; i--)
        {
            var window = unreadable[i];
            if (micros < window.Micros)
                continue;
            unreadable.RemoveAt(i);
            if (micros >= window.EndMicros && Loaded is { } loaded && window.EndMicros > loaded.Micros)
                lostAt = Math.Min(lostAt, Math.Max(window.Micros, loaded.Micros));
        }
    }
}
