using static Ingester.Testing.Model.RecorderTiming;
using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <summary>Checks that the windows of one stream that are stored as whole, or reported as quiet, really are.</summary>
internal sealed class WholeWindowCheck(StreamView view)
{
    /// <summary>Checks that a whole object has all events that the exchange sent in its window, except those whose loss the recorder could not detect.</summary>
    public void CheckWhole()
    {
        foreach (var segment in view.Segments)
            if (GradeFault(segment) is { } grade)
            {
                view.AddFault($"{segment.Object.Key} {grade}");
                return;
            }
            else if (segment.Whole && (view.Stream.Chains ? ChainFault(segment) : ConnectionFault(segment)) is { } fault)
            {
                view.AddFault($"{segment.Object.Key} is whole, but {fault}");
                return;
            }
    }

    private string? GradeFault(StoredSegment segment)
    {
        var expected = !segment.Whole ? "none" : view.Stream.Chains ? "chain" : "connection";
        return segment.Object.Grade.ToString() == expected ? null : $"has the grade {segment.Object.Grade}, not {expected}";
    }

    /// <summary>True for an event from before the start of the process, or with a wrong time: the process cannot store it in the window of its time.</summary>
    private bool IsUnexpected(WireEvent sent)
    {
        if (view.Process.WayOf(sent) != Way.None)
            return false;
        var began = view.Process.Deliveries.Count > 0 ? view.Process.Deliveries[0].True : long.MaxValue;
        return IsFarOff(sent) || PassedUnreceived(sent) || sent.SentAt < began && view.Schedule.Faults.Any(fault => fault.Kind is FaultKind.Shift || fault.Kind == FaultKind.Reset && fault.Length < 0);
    }

    /// <summary>True when the exchange's clock was set back to the last time that the process had received, and no connection received how far it had advanced in between.</summary>
    private bool PassedUnreceived(WireEvent sent)
    {
        foreach (var shift in view.Schedule.Faults.Where(fault => fault.Kind == FaultKind.Shift))
        {
            var at = view.Truth.When(shift) + (shift.Amount < 0 ? 0 : shift.Length);
            var received = view.Process.Deliveries.Find(delivery => delivery.True > at && delivery is { Ts: not null, Replayed: false })?.Ts ?? at + view.Truth.ShiftAt(at);
            if (at > sent.SentAt && !view.Process.Deliveries.Exists(delivery => delivery.True < at && delivery.Ts > received + Settle + 3 * Second + 3 * view.Schedule.Heartbeat))
                return true;
        }

        return false;
    }

    /// <summary>Checks that of each quiet window no event was received, and that none can have been missed.</summary>
    public void CheckQuiet()
    {
        var last = new Dictionary<(long, int), CoverageRow>();
        foreach (var line in view.Coverage)
            if (line.Stream == view.Stream && line.Journal.Process == view.Process.Number)
                last[(line.Start, line.Minutes)] = line;
        foreach (var line in last.Values)
            if (line.State == "quiet" && QuietFault(line) is { } fault)
            {
                view.AddFault($"the window at {view.Time(line.Start)} is quiet, but {fault}");
                return;
            }
    }

    private string? QuietFault(CoverageRow line)
    {
        var end = line.Start + line.Minutes * Minute;
        bool Holds(long micros) => micros >= line.Start && micros < end;
        if (view.Segments.Find(segment => segment.Start == line.Start && segment.Object.At <= line.Journal.At) is { } placed)
            return $"{placed.Object.Key} is stored";
        if (view.Received.Find(delivery => Holds(delivery.Event!.Ts) && delivery.True <= line.Journal.At && !view.Implausible.Contains(delivery.Event.Identity) && !(delivery.Replayed && view.IsFresh(delivery))) is { } arrived)
            return $"{arrived.Event} was received at {view.Time(arrived.True)}";
        foreach (var sent in view.Stream.Sent)
            if (Holds(sent.Ts) && !sent.TimeIsOdd && sent.SentAt < line.Journal.At && !IsHeldBack(sent, Holds, line.Journal.At) && UnknownFault(sent, end, line.Grade == "chain") is { } fault)
                return fault;
        if (view.Stream.Chains && view.Gaps.Find(gap => gap.IsMissing && gap.From < end && gap.To >= line.Start && IsKnown(gap, line.Journal.At)) is { } missing)
            return $"events were known to be missing in it: {missing.Journal.Line}";
        return DoubtFault(line.Start, end, line.Journal.At) ?? DistrustFault(line.Start, end, line.Journal.At);
    }

    /// <summary>True when, at a time, the gap row was written or the event after the gap had arrived.</summary>
    private bool IsKnown(GapLine gap, long at) =>
        gap.Journal.At < at || view.Received.Exists(delivery => delivery.Event is { IsOdd: false } next && next.After == gap.UpTo && delivery.True < at);

    /// <summary>True for the first of two merged diffs, when the merged diff arrives later or has the time of another window.</summary>
    private bool IsHeldBack(WireEvent sent, Func<long, bool> holds, long until) => sent.Place + 1 == view.Stream.Chain.Count
        ? view.Stream.Merged.Count > 0 && !view.Stream.Merged.ContainsKey(sent)
        : view.Stream.Merged.TryGetValue(view.Stream.Chain[sent.Place + 1], out var both) && both.Place == sent.Place && (both.SentAt > until || !holds(both.Ts));

    /// <summary>States why the recorder should have detected that an event is missing; null if it could not.</summary>
    private string? UnknownFault(WireEvent sent, long end, bool chain)
    {
        var way = view.Process.WayOf(sent);
        if (way.HasFlag(Way.Received) || way.HasFlag(Way.Delayed) || IsUnexpected(sent))
            return null;
        if (way.HasFlag(Way.Undecodable))
            return sent.SentAt < end ? $"the frame of {sent} could not be decoded" : null;
        if (way.HasFlag(Way.Lost) && !chain)
            return null;
        return $"{sent} was sent, and is missing ({way})";
    }

    /// <summary>Describes an undecodable frame that may have contained an event of the window; null for none.</summary>
    private string? DoubtFault(long start, long end, long until)
    {
        if (view.Stream.Chains || view.Schedule.Faults.Any(fault => fault.Kind is FaultKind.Shift or FaultKind.WrongTime or FaultKind.Clock))
            return null;
        foreach (var doubt in view.Undecodable)
        {
            if (doubt.ReachedTime == 0 || doubt.True > until || doubt.Stream is { } named && named.Plan.Market != view.Stream.Plan.Market)
                continue;
            if (doubt.ReachedTime >= start && doubt.ReachedTime < end - Second)
                return $"a frame that could not be decoded came at {view.Time(doubt.True)}, after the exchange time {view.Time(doubt.ReachedTime)}";
        }

        return null;
    }

    /// <summary>A sentence if the exchange's times contradicted the local clock during the window; null otherwise.</summary>
    private string? DistrustFault(long start, long end, long until) => view.Distrusts.Exists(distrust => distrust.From < end && distrust.To >= start && distrust.Began < until)
        ? "the exchange's times contradicted the local clock in it"
        : null;

    /// <summary>Describes how a whole object differs from what the exchange sent, for a stream whose ids chain; null if it does not.</summary>
    private string? ChainFault(StoredSegment segment)
    {
        var rows = segment.Rows.Select(row => row.Event!).ToList();
        if (rows.Exists(row => row.IsOdd) && view.Schedule.Faults.Any(fault => fault.Kind is FaultKind.WrongId or FaultKind.WrongRun && fault.Stream == view.Stream.Number))
            return null; // an additional event has the id of another event
        var (begins, ends) = PlacesOf(rows[0], segment);
        if (begins < 0)
            return $"{rows[0]} is not part of the chain";
        var first = begins < ends && segment.After == view.Stream.Chain[ends].After ? ends : begins; // a part of a merged diff may be in the window before
        var next = first;
        for (var index = 0; index < rows.Count; index++, next = ends + 1)
        {
            (begins, ends) = PlacesOf(rows[index], segment);
            while (next < begins && !view.Process.WayOf(view.Stream.Chain[next]).HasFlag(Way.Received) && (view.HasTwin(view.Stream.Chain[next]) || IsEndedByWrongId(view.Stream.Chain[next]) || rows[index].After <= view.Stream.Chain[next].After))
                next++; // another event has its ids or its last id, or the next one covers them
            if (begins > next || ends < next)
                return next < view.Stream.Chain.Count && begins >= 0 ? $"{view.Stream.Chain[next]} is missing before {rows[index]}" : $"{rows[index]} is not part of the chain";
            var place = next;
            if (index > 0 && (view.Stream.Chain[place].Broken || view.Stream.Chain[place].Epoch != view.Stream.Chain[place - 1].Epoch && view.Stream.Chain[place].After != view.Stream.Chain[place - 1].UpTo))
                return $"the ids before {rows[index]} were never sent";
        }

        if (segment.UpTo != rows[^1].UpTo || segment.After < rows[0].After || segment.After > rows[0].UpTo)
            return "its key does not name the range of its rows";
        var latest = long.MinValue;
        foreach (var sent in view.Stream.Chain)
        {
            var inside = sent.Place >= first && sent.Place < next;
            if (!inside && segment.Holds(sent.Ts) && latest < segment.End && !IsElsewhere(sent, segment) && !view.Implausible.Any(marked => marked.Place <= sent.Place && marked.LastPlace >= sent.Place) && IsPlausible(sent)
                && !(sent.TimeIsOdd && !view.Process.WayOf(sent).HasFlag(Way.Received)) && !SteppedBack(sent) && sent.SentAt < segment.Object.At && !IsUnexpected(sent) && !IsOverlapped(sent) && !IsHiddenByWrongIds(sent, segment) && !IsHiddenByReset(sent, segment) && !(!view.Process.WayOf(sent).HasFlag(Way.Received) && view.HasTwin(sent)))
                return $"it lacks {sent} ({view.Process.WayOf(sent)})";
            if (IsPlausible(sent))
                latest = Math.Max(latest, view.Schedule.WindowOf(sent.Ts).Start);
        }

        return DistrustFault(segment.Start, segment.End, segment.Object.At);
    }

    /// <summary>True when an event with a wrong id ends at the same id, so that the next event continues both.</summary>
    private bool IsEndedByWrongId(WireEvent sent) => view.Received.Exists(delivery => delivery.Event is { IsWrong: true } wrong && wrong.UpTo == sent.UpTo);

    /// <summary>True when the exchange's clock was set back later, so that it passed the event's time twice, and the process did not receive the event.</summary>
    private bool SteppedBack(WireEvent sent) => !view.Process.WayOf(sent).HasFlag(Way.Received)
        && view.Schedule.Faults.Any(fault => fault.Kind == FaultKind.Shift && (view.Truth.When(fault) > sent.SentAt || view.Truth.When(fault) + fault.Length > sent.SentAt));

    /// <summary>True when wrong ids before a segment end where the right ids continue: missing events have the same ids as received ones, or a gap row covers them.</summary>
    private bool IsHiddenByWrongIds(WireEvent sent, StoredSegment segment) => !view.Process.WayOf(sent).HasFlag(Way.Received)
        && (view.HasTwin(sent) || view.IsCovered(sent, byTime: false)) && view.Received.Exists(delivery => delivery.Event! is { IsWrong: true } wrong && wrong.UpTo == segment.After);

    /// <summary>True when an event had not arrived when a segment was stored, and an event of another numbering had its ids.</summary>
    private bool IsHiddenByReset(WireEvent sent, StoredSegment segment) => !HadCome(sent, segment)
        && view.Received.Exists(delivery => delivery.Event!.Epoch != sent.Epoch && delivery.Event.After < sent.UpTo && delivery.Event.UpTo > sent.After);

    /// <summary>True when an event of the chain had been received when a segment was stored.</summary>
    private bool HadCome(WireEvent sent, StoredSegment segment) =>
        view.Received.Exists(delivery => delivery.Event!.Place <= sent.Place && delivery.Event.LastPlace >= sent.Place && delivery.True <= segment.Object.At);

    /// <summary>True when a received event begins too early and covers its ids: during a handover it cannot be distinguished from another grouping.</summary>
    private bool IsOverlapped(WireEvent sent) => view.Schedule.Faults.Any(fault => fault.Kind == FaultKind.Overlap) && view.Schedule.Faults.Any(fault => fault.Kind == FaultKind.Rotate)
        && view.Received.Exists(delivery => delivery.Event! != sent && delivery.Event!.After < sent.UpTo && delivery.Event.UpTo > sent.After);

    /// <summary>True when a connection merged it with another diff, and the merged diff has the time of another window.</summary>
    private bool IsElsewhere(WireEvent sent, StoredSegment segment) => view.Stream.Merged.Count > 0
        && (view.Stored.Exists(both => both.Place == sent.Place && both.LastPlace > sent.Place && !segment.Holds(both.Ts))
            || (view.Process.Killed && view.Process.WayOf(sent).HasFlag(Way.Received))); // the merged diff was in memory when the process was killed

    /// <summary>The first and last place of an event in the chain. An odd event has the place of the event with the same ids, if that had not arrived when the segment was stored.</summary>
    private (int First, int Last) PlacesOf(WireEvent sent, StoredSegment segment)
    {
        if (!sent.IsOdd)
            return (sent.Place, sent.LastPlace);
        var meant = view.Stream.Chain.Find(known => (known.After, known.UpTo) == (sent.After, sent.UpTo) && known.Epoch == sent.Epoch);
        return meant is not null && !HadCome(meant, segment) ? (meant.Place, meant.Place) : (-1, -1);
    }

    /// <summary>Describes how a whole object that a connection proves differs from what the connection received; null if it does not.</summary>
    private string? ConnectionFault(StoredSegment segment)
    {
        var highest = long.MinValue;
        var (rows, excused) = (new int[view.Stream.EventCount], new bool[view.Stream.EventCount]); // by event: the number of its rows, and whether it may be missing
        foreach (var row in segment.Rows)
            if (++rows[row.Event!.Index] > (view.Stream.HasIds ? 1 : view.TimesReceived(row.Event)))
                return $"it holds {row.Event} {rows[row.Event.Index]} times";
        foreach (var delivery in view.Received)
        {
            var sent = delivery.Event!.Identity;
            if (delivery.ReachedTime >= segment.End + Grace || view.Stream.HasIds && sent.UpTo <= highest || !IsPlausible(delivery) || delivery.Replayed)
                excused[sent.Index] = true;
            highest = Math.Max(highest, sent.UpTo);
        }

        foreach (var sent in view.Stream.Sent)
        {
            if (!segment.Holds(sent.Ts) || sent.SentAt > segment.Object.At || view.Implausible.Contains(sent.Identity) || !IsPlausible(sent) || rows[sent.Identity.Index] > 0 || excused[sent.Identity.Index] || sent.TimeIsOdd && IsFarOff(sent) && view.TimesReceived(sent.Identity) == 0)
                continue;
            if (view.TimesReceived(sent.Identity) > 0)
                return $"it lacks {sent}, which was received";
            if (sent.Identity == sent && UnknownFault(sent, segment.End + Grace, chain: false) is { } fault)
                return fault;
        }

        return DoubtFault(segment.Start, segment.End, long.MaxValue) ?? DistrustFault(segment.Start, segment.End, segment.Object.At);
    }

    /// <summary>True when the time of an event differs so much from its time of sending that it may be in another window.</summary>
    private static bool IsFarOff(WireEvent sent) => Math.Abs(sent.Ts - sent.SentAt) > Grace;

    private bool IsPlausible(WireEvent sent) => sent.Ts <= sent.SentAt + Tolerance + 5 * Second || !sent.TimeIsOdd;

    private static bool IsPlausible(Delivery delivery) => delivery.Event!.Ts <= Math.Max(delivery.Local, delivery.True) + Tolerance + 5 * Second;
}
