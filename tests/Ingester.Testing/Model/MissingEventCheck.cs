using static Ingester.Testing.Model.RecorderTiming;
using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <summary>Checks that gap rows cover the missing events of one stream.</summary>
internal sealed class MissingEventCheck(StreamView view)
{
    /// <summary>Checks that a gap row covers each missing event, and that a row of the cause conflict or reset covers each conflict.</summary>
    public void CheckMissing()
    {
        if (view.Received.Count < 2)
            return;
        if (view.Stream.Chains)
            CheckMissingIds();
        else
            CheckMissingTimes();
        CheckConflicts();
    }

    private void CheckConflicts()
    {
        if (!view.Stream.HasIds || view.IsRemovable)
            return;
        for (var index = 1; index < view.Received.Count; index++)
        {
            var second = view.Received[index].Event!.Identity;
            for (var before = Math.Max(0, index - 8); before < index; before++)
            {
                var first = view.Received[before].Event!.Identity;
                if (first == second || first.IsOdd == second.IsOdd || (first.After, first.UpTo) != (second.After, second.UpTo) || view.Received[index].Connection != view.Received[before].Connection
                    || view.Received[index].Replayed || view.Received[before].Replayed || first.Epoch != second.Epoch)
                    continue;
                if (view.Process.Killed && view.Received[index].True > view.Process.EndedAt - Hold - 5 * Second)
                    continue;
                if (view.Gaps.Exists(gap => gap.Cause is "conflict" or "reset" && (gap.Cause == "reset" || gap.After <= second.After && gap.UpTo >= second.UpTo)))
                    continue;
                view.AddFault($"{first} and {second} have the same ids and other rows, and no row of gaps names the conflict");
                return;
            }
        }
    }

    /// <summary>
    /// True when all events that arrived after an event have another numbering whose ids seem to continue the old one: too few arrived, or they begin where the old ones ended,
    /// or they begin later and a gap row names the ids between.
    /// </summary>
    private bool SeemsToGoOn(WireEvent sent)
    {
        var regular = view.Received.Select(delivery => delivery.Event!.Identity).Where(other => !other.IsOdd).ToList();
        var later = regular.Where(other => other.Place > sent.Place).ToList();
        if (later.Where(other => other.Epoch != sent.Epoch || other.IsWrong).MinBy(other => other.Place) is not { } next)
            return false;
        var before = regular.Where(other => other.Place < sent.Place).MaxBy(other => other.Place);
        if (before?.UpTo == next.After)
            return true;
        if (later.Exists(other => other.Epoch == sent.Epoch))
            return false;
        return later.Count(other => other.Epoch == next.Epoch) < EventsToRenumber
            || before is not null && next.After > before.UpTo && view.Gaps.Exists(gap => gap.IsMissing && gap.After <= before.UpTo && gap.UpTo >= next.After);
    }

    private void CheckMissingIds()
    {
        var regular = view.Received.Select(delivery => delivery.Event!.Identity).Where(sent => !sent.IsOdd).ToList();
        var places = Places(regular.Where(sent => sent.SentAt >= view.Received[0].Event!.SentAt));
        if (places.Count < 2 || view.Received.Exists(delivery => delivery.Replayed && (delivery.Event!.IsOdd || delivery.Event.IsWrong)))
            return; // if the stream begins with a wrong id, ids do not show which events are missing
        var (lowest, highest) = (places.Min(), places.Max());
        places = Places(regular); // including events that were sent before the first received one and arrived later
        var resets = view.Stream.Chain[^1].Epoch > 0;
        if (view.Process.Killed)
            highest = places.Where(place => place < highest).DefaultIfEmpty(lowest).Max() - 1;
        foreach (var sent in view.Stream.Chain.Skip(lowest).Take(highest - lowest))
        {
            var way = view.Process.WayOf(sent);
            if (places.Contains(sent.Place) || way.HasFlag(Way.Unwanted) || sent.TimeIsOdd || sent.IsWrong || view.IsCovered(sent, byTime: resets) || resets && IsCoveredUnreceived(sent))
                continue;
            if (view.Process.Killed && !IsSettled(sent))
                continue;
            if (view.HasTwin(sent))
                continue; // another event with the same ids was received
            if (view.Received.TrueForAll(delivery => delivery.Event!.Place >= sent.Place || delivery.Event.IsWrong || delivery.Event.IsOdd))
                continue; // the stream begins with wrong ids: its position is unknown
            if (SeemsToGoOn(sent))
                continue; // the numbering began again unnoticed, and no received event contradicts that it continued
            if (view.Schedule.Faults.Any(fault => fault.Kind is FaultKind.Overlap or FaultKind.WrongRun or FaultKind.WrongId or FaultKind.ExtraId && fault.Stream == view.Stream.Number) && view.Received.Exists(delivery => delivery.Event!.After < sent.UpTo && delivery.Event.UpTo > sent.After))
                continue; // another event covers its ids
            if (way == Way.None && sent.SentAt < view.Process.Deliveries[0].Connection.SubscribedAt)
                continue; // it lies between replayed events, from before the process
            if (WasRemovedAround(sent) || sent.Epoch > 0 && view.Received.Count(delivery => delivery.Event!.Epoch == sent.Epoch && delivery.Event.SentAt > sent.SentAt) < EventsToRenumber)
                continue; // the restart of the numbering cannot be detected yet
            view.AddFault($"{sent} ({way}) is missing, and no row of gaps covers it");
            return;
        }
    }

    private static HashSet<int> Places(IEnumerable<WireEvent> events) => [.. events.SelectMany(sent => Enumerable.Range(sent.Place, sent.LastPlace - sent.Place + 1))];

    /// <summary>For streams whose ids do not chain: checks events that were sent while no connection was subscribed, and undecodable frames.</summary>
    private void CheckMissingTimes()
    {
        var (first, last) = (view.Received[0].Event!, view.Received[^1]);
        foreach (var sent in view.Stream.Sent)
        {
            if (sent.SentAt <= first.SentAt || sent.SentAt >= last.Event!.SentAt || sent.TimeIsOdd || sent.Identity != sent || sent.IsOdd && view.Run.ClockIsWrong)
                continue;
            var way = view.Process.WayOf(sent);
            if (way.HasFlag(Way.Received) || way.HasFlag(Way.Unwanted) || way.HasFlag(Way.Lost) || way.HasFlag(Way.Delayed) || view.IsCovered(sent, byTime: true) || view.TimesStored(sent) > 0)
                continue;
            if (view.Schedule.Faults.Any(fault => fault.Kind is FaultKind.Shift or FaultKind.Reset or FaultKind.WrongTime) || WasRemovedAround(sent) || view.Process.Killed && !IsSettled(sent) || IsBesideWrong(sent))
                continue;
            view.AddFault($"{sent} ({way}) is missing, and no row of gaps covers it");
            return;
        }
    }

    /// <summary>
    /// True when the exchange's clock was set back, and a gap row begins at the time of an event that was sent before it and was written after it: no connection received how far that
    /// clock had advanced in between.
    /// </summary>
    private bool IsCoveredUnreceived(WireEvent sent) => view.Schedule.Faults.Any(fault => fault.Kind == FaultKind.Shift) && view.Gaps.Exists(gap => gap.IsMissing && gap.Journal.At > sent.SentAt
        && view.Received.Exists(delivery => delivery.Event!.Ts == gap.From && delivery.Event.SentAt < sent.SentAt));

    /// <summary>True when the event, or the received event before or after it, has a wrong id, so that ids may seem consecutive.</summary>
    private bool IsBesideWrong(WireEvent sent)
    {
        var before = view.Received.FindLast(delivery => delivery.Event!.SentAt < sent.SentAt)?.Event;
        var after = view.Received.Find(delivery => delivery.Event!.SentAt > sent.SentAt)?.Event;
        return sent.IsWrong || before is { IsWrong: true } or { IsOdd: true } || after is { IsWrong: true } or { IsOdd: true };
    }

    /// <summary>True when enough events followed before the process was killed that the recorder must have written the gap row.</summary>
    private bool IsSettled(WireEvent sent) => sent.SentAt < view.Process.EndedAt - 2 * Minute
        && view.Received.Count(delivery => delivery.Event!.SentAt > sent.SentAt && delivery.True < view.Process.EndedAt - 75 * Second) > 5;

    /// <summary>True when the market was removed around that time, or no event arrived between its return and this event: then the stream had not started again.</summary>
    private bool WasRemovedAround(WireEvent sent) => view.Schedule.Faults.Any(fault =>
    {
        if (fault.Kind != FaultKind.Remove || fault.Replica != view.Run.Number || fault.Stream != view.Stream.Plan.Market)
            return false;
        var (left, returned) = (view.Truth.When(fault), view.Truth.When(fault) + fault.Length);
        return sent.SentAt < returned + 2 * Minute && (sent.SentAt > left - 2 * Minute || !view.Received.Exists(delivery => delivery.Event!.SentAt > sent.SentAt && delivery.True < left))
            || sent.SentAt > returned && !view.Received.Exists(delivery => delivery.True > returned && delivery.Event!.SentAt < sent.SentAt);
    });
}
