using System.Text.Json;
using Ingester.Core.Time;
using Ingester.Deriving.Rows;
using Ingester.Reading.Auditing;
using Ingester.Reading.Books;
using Ingester.Reading.Merging;

namespace Ingester.Deriving.Books;

/// <summary>
/// The history of one book: starts from stored snapshots, applies the diffs of a merged stream in order, and knows at every moment whether the book is
/// known and proven. The id of a snapshot determines its place in the sequence; without an id, its time does. Pure: no clock, no store.
/// </summary>
/// <param name="observer">Receives every change.</param>
/// <param name="first">The first part of the history.</param>
/// <param name="from">Start of the history, microseconds UTC.</param>
internal sealed class BookReplay(IBookObserver observer, BookHistory first, long from)
{
    private readonly BookView view = new();
    private readonly List<StoredBook> pending = []; // snapshots that have not been used, in order of time
    private BookHistory history = first;
    private StoredBook? start; // the snapshot that the book started from
    private long micros = from; // the book is as it was at this time

    /// <summary>The book now.</summary>
    public BookView View => view;

    /// <summary>Time up to which the history was followed, microseconds UTC.</summary>
    public long Micros => micros;

    /// <summary>False for a row whose time is marked as implausible: its place is that in the sequence.</summary>
    public static bool IsTimePlausible(in MarketEvent diff) => !diff.Row.Span.EndsWith(",\"time\":\"implausible\"}"u8);

    /// <summary>Continues with the next part of the history.</summary>
    public void Continue(BookHistory next) => history = next;

    /// <summary>Adds a snapshot. Add snapshots in order of time, each before the first diff that follows it in the sequence.</summary>
    public void AddSnapshot(StoredBook book) => pending.Add(book);

    /// <summary>Adds the next diff or mark in order.</summary>
    public void Add(in MarketEvent found)
    {
        switch (found.Kind)
        {
            case MarketEventKind.Row:
                AddDiff(found);
                break;
            case MarketEventKind.Gap when history.IsNumbered && !(found.Range!.Value.UpTo <= view.UpTo):
                Lose($"The diffs {found.Range.Value} are missing.");
                break;
            case MarketEventKind.Reset:
                Lose("The exchange reset its numbering.");
                view.UpTo = null;
                var reset = found.Micros;
                pending.RemoveAll(book => book.Micros < reset);
                break;
            case MarketEventKind.Conflict when view.IsKnown && !(found.Range?.UpTo <= start?.UpTo):
                Doubt(DataCondition.Unproven, $"The diff {found.Range} is stored with different levels, and neither is proven.");
                break;
            case MarketEventKind.Unreadable when !history.IsNumbered && found.EndMicros > micros:
                MoveTo(Math.Max(found.Micros, micros));
                Lose($"Diffs are not readable: {found.Note}");
                break;
            default:
                break;
        }
    }

    /// <summary>No diff with an earlier time follows.</summary>
    /// <param name="to">The time, microseconds UTC.</param>
    /// <param name="next">The next diff; null when none is known, so that nothing proves that none is missing since the last one.</param>
    public void AdvanceTo(long to, MarketEvent? next)
    {
        if (next is { } diff)
            DropUnjoined(diff);
        else if (history.IsNumbered)
            DoubtOpenEnd(to);
        MoveTo(to);
    }

    private void AddDiff(in MarketEvent diff)
    {
        DropUnjoined(diff);
        MoveTo(IsTimePlausible(diff) ? Math.Max(micros, diff.Micros) : micros);
        if (history.IsNumbered)
            ApplyNumbered(diff);
        else if (view.IsKnown && diff.Micros >= start!.Micros)
            Apply(diff);
    }

    /// <summary>Drops snapshots that end before the next diff begins: diffs between them are missing, or were applied already.</summary>
    private void DropUnjoined(in MarketEvent next)
    {
        if (history.IsNumbered && next.Range is { } range)
            pending.RemoveAll(book => book.UpTo < range.After);
    }

    private void ApplyNumbered(in MarketEvent diff)
    {
        if (diff.Range is not { } range)
        {
            Lose("A diff without ids is stored: its place among the diffs with ids is not known.");
            return;
        }

        var joined = pending.FindLastIndex(book => book.UpTo is { } upTo && history.Profile.IsApplicable(range, upTo) && Core.Exchanges.BookProfile.IsContiguous(range, upTo));
        if (joined >= 0 && !(view.IsKnown && pending[joined].UpTo < view.UpTo))
        {
            Load(pending[joined]);
            pending.RemoveAt(joined);
        }

        if (!view.IsKnown || (start?.UpTo is { } contained && range.UpTo <= history.Profile.LastSkippedId(contained)))
            return;
        if (range.After > view.UpTo)
            Lose($"The diffs ({view.UpTo}, {range.After}] are missing.");
        else if (range.UpTo < view.UpTo)
            Doubt(DataCondition.Unproven, $"The diff {range} is stored after diffs with higher ids, and is not applied.");
        else
        {
            view.Continue();
            view.UpTo = range.UpTo;
            Apply(diff);
        }
    }

    private void Apply(in MarketEvent diff)
    {
        try
        {
            var row = BookRow.Read(diff.Row);
            view.Book.ApplyDiff(row.Bids.Span, row.Asks.Span);
            observer.Changed(view, micros);
        }
        catch (JsonException invalid)
        {
            Lose($"A diff has no readable levels: {invalid.Message}");
        }
    }

    /// <summary>Advances the time. Snapshots on the way are loaded if the book does not contain them already.</summary>
    private void MoveTo(long to)
    {
        while (pending.Count > 0 && pending[0].Micros <= to)
        {
            var next = pending[0];
            pending.RemoveAt(0);
            StepTo(Math.Max(micros, next.Micros));
            if (!view.IsKnown || !history.IsNumbered || next.UpTo is null || view.UpTo is null || next.UpTo > view.UpTo)
                Load(next);
        }

        StepTo(to);
    }

    /// <summary>Advances the time minute by minute: without ids, the verdicts and the reported gaps decide what is known.</summary>
    private void StepTo(long to)
    {
        if (!history.IsNumbered && start is not null)
            for (var next = micros; next < to;)
            {
                var minute = Window.Containing(next, 1).StartMicros;
                if (next == minute)
                    JudgeMinute(minute);
                var end = Math.Min(to, minute + Window.MicrosPerMinute);
                foreach (var gap in history.Gaps)
                    if (gap.From >= next && gap.From < end && gap.AffectsBookAfter(start.Micros))
                    {
                        Advance(Math.Max(micros, gap.From));
                        Lose($"A replica reported a gap ({gap.Cause}).");
                    }

                next = end;
                Advance(next);
            }

        Advance(to);
    }

    private void Advance(long to)
    {
        if (to <= micros)
            return;
        observer.AdvanceTo(view, to);
        micros = to;
    }

    private void JudgeMinute(long minute)
    {
        if (history.HasCompleteBooks || history.StateAt(minute) is not { } state)
            return;
        if (state.Verdict is WindowVerdict.Missing or null)
            Lose("A minute without stored diffs is not proven quiet.");
        else if (state.Verdict == WindowVerdict.Disputed)
            Doubt(DataCondition.Disputed, "Replicas stored different diffs, and neither is proven.");
        else if (state.Verdict == WindowVerdict.Partial)
            Doubt(DataCondition.Unproven, "The diffs since the snapshot are not proven complete.");
    }

    private void Load(StoredBook book)
    {
        try
        {
            view.Book.LoadSnapshot(book.Row.Bids.Span, book.Row.Asks.Span, book.Row.Levels);
        }
        catch (JsonException invalid)
        {
            Lose($"A snapshot has no readable levels: {invalid.Message}");
            return;
        }

        view.Book.DepthLimit = history.Profile.MaintainedDepth(view.Book.Bids.Count, view.Book.Asks.Count);
        start = book;
        view.Restart(book.UpTo);
        JudgeStart(book);
        observer.Changed(view, micros);
    }

    private void JudgeStart(StoredBook book)
    {
        if (history.HasCompleteBooks)
            view.Doubt(DataCondition.Unproven, "The exchange sends complete books: nothing proves that none is missing.");
        else if (history.IsNumbered)
        {
            if (book.UpTo is null)
                view.Doubt(DataCondition.Unproven, "The snapshot has no id.");
        }
        else if (!(history.StateAt(book.Micros)?.Verdict <= WindowVerdict.Quiet))
            view.Doubt(DataCondition.Unproven, "The minute of the snapshot is not proven complete.");
        if (!history.IsNumbered && history.Gaps.FirstOrDefault(gap => gap.From <= book.Micros && gap.AffectsBookAfter(book.Micros)) is { } open)
            view.Doubt(DataCondition.Missing, $"A replica reported a gap ({open.Cause}).");
    }

    /// <summary>No later diff is stored: the minutes since the last one decide.</summary>
    private void DoubtOpenEnd(long to)
    {
        for (var minute = Window.Containing(micros, 1).StartMicros; minute < to; minute += Window.MicrosPerMinute)
        {
            if (history.StateAt(minute) is not { } state || state.Verdict <= WindowVerdict.Quiet)
                continue;
            MoveTo(Math.Max(micros, minute));
            view.DoubtUntilNextDiff(
                state.Verdict is WindowVerdict.Missing or null ? DataCondition.Missing : DataCondition.Unproven,
                "No later diff is stored, and the time since the last one is not proven quiet.");
            observer.Changed(view, micros);
        }
    }

    private void Doubt(DataCondition condition, string reason)
    {
        if (!view.IsKnown || view.Condition >= condition)
            return;
        view.Doubt(condition, reason);
        observer.Changed(view, micros);
    }

    /// <summary>The book is not known from the last time on, until the next snapshot.</summary>
    private void Lose(string reason)
    {
        if (!view.IsKnown)
            return;
        view.Doubt(DataCondition.Missing, reason);
        observer.Changed(view, micros);
    }
}
