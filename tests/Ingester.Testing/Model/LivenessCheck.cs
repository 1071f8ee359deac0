using static Ingester.Testing.Model.RecorderTiming;
using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <summary>Checks that windows far from any fault are whole or quiet. Without this check, a recorder that never reports a whole window would pass.</summary>
internal sealed class LivenessCheck(StreamView view)
{
    private const long Recovery = 75 * Second; // a window that begins this long after a fault must be whole again

    private const int EventsToRecover = 6; // minimum number of events before that window

    private const long LongestSwap = 4 * Second; // consecutive events that are swapped within this time are put in order

    /// <summary>Checks that each window without a fault near it is whole or quiet, and that a swap of two consecutive events has no effect.</summary>
    public void CheckLiveness()
    {
        var troubles = Troubles();
        if (troubles is null)
            return;
        CheckSwap();
        if (view.Process.Deliveries.Find(delivery => delivery is { Kind: not DeliveryKind.Undecodable, Connection.SubscribedAt: < long.MaxValue }) is not { } first)
            return;
        var began = first.True;
        for (var (start, minutes) = view.Schedule.WindowOf(began + Settle + Second + 2 * view.Schedule.Heartbeat); start < view.Process.EndedAt; (start, minutes) = view.Schedule.WindowOf(start + minutes * Minute))
            CheckWindow(start, start + minutes * Minute, troubles, began);
    }

    private void CheckWindow(long start, long end, List<(long From, long Until)> troubles, long began)
    {
        if (start < began + Settle + Second + 2 * view.Schedule.Heartbeat)
            return;
        var next = view.Received.Find(delivery => delivery.Event!.Ts >= end && !delivery.Event.TimeIsOdd && !delivery.Event.IsOdd);
        var deadline = end + Grace + 2 * view.Schedule.Heartbeat + 2 * Second;
        var until = view.Stream.Chains ? Math.Max(deadline, (next?.True ?? long.MaxValue - 20 * Second) + 10 * Second) : deadline;
        var chain = view.Stream.Merged.Count == 0 ? view.Stream.Chain : MergedChain();
        var events = chain.Where(sent => sent.Ts >= start && sent.Ts < end).ToList();
        if (events.Exists(sent => sent.TimeIsOdd))
            return; // an event that names the wrong window keeps it from being whole
        if (events.Count == 0 && view.Stream.Chain.Exists(sent => sent.Ts >= start && sent.Ts < end))
            return; // the connection merged these diffs into ones with the time of another window
        if (events.Count == 0)
        {
            CheckSilence(start, end, troubles);
            return;
        }

        if (until >= view.Process.EndedAt || troubles.Exists(trouble => trouble.From <= until && trouble.Until >= start - Recovery) || !HasRecovered(start, troubles))
            return;
        if (!view.Stream.Chains && IsDisordered(start - Recovery, deadline))
            return;
        var latest = chain.TakeWhile(sent => sent != events[0]).Select(sent => sent.Ts).DefaultIfEmpty(0).Max();
        if (latest < end && (view.Stream.Merged.Count == 0 || events.Count > 1) && !view.Segments.Exists(segment => segment.Whole && segment.Start == start))
            view.AddFault($"the window at {view.Time(start)} is not whole, although nothing happened near it");
    }

    /// <summary>The chain as the connections sent it. A connection may have merged two diffs into one with the time of the second.</summary>
    private List<WireEvent> MergedChain() => [.. view.Received.Select(delivery => delivery.Event!.Identity).Where(sent => !sent.IsOdd).Distinct().OrderBy(sent => sent.Place)];

    /// <summary>True when an event of an earlier window arrived after one of a later window. Without a chain, more such events may follow.</summary>
    private bool IsDisordered(long from, long until)
    {
        var latest = long.MinValue;
        foreach (var delivery in view.Received)
        {
            var window = view.Schedule.WindowOf(delivery.Event!.Ts).Start;
            if (window < latest && delivery.True >= from && delivery.True <= until)
                return true;
            latest = Math.Max(latest, window);
        }

        return false;
    }

    private void CheckSilence(long start, long end, List<(long From, long Until)> troubles)
    {
        var until = end + 2 * Hold;
        if (until >= view.Process.EndedAt || view.Process.Killed || troubles.Exists(trouble => trouble.From <= until && trouble.Until >= start - Recovery) || !HasRecovered(start, troubles))
            return;
        var state = view.Coverage.LastOrDefault(line => line.Stream == view.Stream && line.Journal.Process == view.Process.Number && line.Start == start)?.State;
        if (state != "quiet")
            view.AddFault($"the window at {view.Time(start)} is {state ?? "not reported"}, although it was quiet and nothing happened near it");
    }

    /// <summary>True when enough events arrived between the last fault and a window for the stream to have recovered.</summary>
    private bool HasRecovered(long start, List<(long From, long Until)> troubles)
    {
        var last = troubles.Where(trouble => trouble.Until < start).Select(trouble => trouble.Until).DefaultIfEmpty(long.MinValue).Max();
        var count = view.Received.Count(delivery => !delivery.Replayed && !delivery.Event!.IsOdd && delivery.Event.SentAt > last && delivery.Event.Ts < start - Settle - 3 * Second && delivery.True < start - Settle);
        var renumbered = view.Schedule.Faults.Any(fault => fault.Kind is FaultKind.Reset or FaultKind.WrongRun && fault.Stream == view.Stream.Number);
        return count >= (last > long.MinValue ? renumbered ? EventsToRenumber : EventsToRecover : view.Stream.Chains ? 2 : 0);
    }

    /// <summary>The periods of faults, in which windows need not be whole; null when no window of the process needs to be.</summary>
    private List<(long From, long Until)>? Troubles()
    {
        var troubles = new List<(long, long)>();
        foreach (var fault in view.Schedule.Faults)
        {
            if (!fault.AtExchange && fault.Replica != view.Run.Number)
                continue;
            if (fault.Kind == FaultKind.Clock)
                return null; // with a wrong local clock the recorder may report fewer whole windows
            if (fault.Kind == FaultKind.Rotate && fault.Length < -2 * Second && view.Stream.Chains && view.Stream.Merged.Count == 0 || fault.Kind == FaultKind.Swap && IsHarmless(fault))
                continue;
            if (fault.Kind is FaultKind.Restart or FaultKind.Kill)
                continue; // a new process starts, which is checked on its own
            if (fault.Kind == FaultKind.Remove && fault.Stream != view.Stream.Plan.Market)
                continue;
            troubles.Add(fault.AtEvent ? OfEvents(fault) : OfTime(fault));
        }

        foreach (var odd in UnchainedEvents())
            foreach (var twin in view.Received.Where(delivery => delivery.Event != odd && (odd.After == odd.UpTo ? (delivery.Event!.After, delivery.Event.UpTo) == (odd.After, odd.UpTo) : delivery.Event!.After < odd.UpTo && delivery.Event.UpTo > odd.After)))
                troubles.Add((twin.True - Second, twin.True + 3 * Second)); // a conflict or an overlap, no matter how much later the ids are repeated
        return troubles;
    }

    /// <summary>The events whose ids belong to no chain: odd ones, and those of a numbering that was replaced before the recorder could detect it.</summary>
    private List<WireEvent> UnchainedEvents()
    {
        var received = view.Received.Select(delivery => delivery.Event!).ToList();
        var brief = received.CountBy(sent => sent.Identity.Epoch).Where(epoch => epoch.Key > 0 && epoch.Key < view.Stream.Chain[^1].Epoch && epoch.Value < EventsToRenumber).Select(epoch => epoch.Key).ToList();
        return [.. received.Where(sent => sent.IsOdd || brief.Contains(sent.Identity.Epoch))];
    }

    private (long From, long Until) OfTime(Fault fault)
    {
        var at = view.Truth.When(fault);
        return (at - Second + (fault.Kind == FaultKind.Shift ? Math.Min(0, fault.Amount) : 0), at + fault.Length + Math.Abs(fault.Kind == FaultKind.Shift ? fault.Amount : 0) + 20 * Second);
    }

    private (long From, long Until) OfEvents(Fault fault)
    {
        var other = view.Truth.Streams[Math.Min(fault.Stream, view.Truth.Streams.Count - 1)];
        var affects = fault.Stream == view.Stream.Number || fault.Kind is FaultKind.WrongTime or FaultKind.Garble or FaultKind.Reset or FaultKind.Swap
            || fault is { Kind: FaultKind.Duplicate, Count: > 2 }; // consecutive old times cannot be distinguished from a clock that was set back
        var sent = other.Sent.Skip(Math.Max(0, fault.Index - 8)).Take(fault.Count + 16 + CollidesAfter(fault)).ToList(); // additional events of other faults shift the indexes a little
        if (!affects || sent.Count == 0)
            return (long.MaxValue, long.MinValue);
        var late = fault.Kind switch { FaultKind.Duplicate or FaultKind.Delay => fault.Length, FaultKind.Reset => Minute, FaultKind.Garble or FaultKind.WrongTime => Minute, _ => 0 };
        return (sent[0].SentAt - Second, sent[^1].SentAt + late + 3 * Second);
    }

    /// <summary>The number of events after which the chain reaches the wrong id, which is then a conflict.</summary>
    private static int CollidesAfter(Fault fault) =>
        fault.Kind is FaultKind.WrongId or FaultKind.WrongRun or FaultKind.ExtraId && fault.Amount is > 0 and < 10_000 ? (int)fault.Amount : 0;

    /// <summary>True for consecutive events that were swapped within so short a time that the recorder puts them in order by their chain.</summary>
    private bool IsHarmless(Fault swap)
    {
        if (swap.Stream != view.Stream.Number || !view.Stream.Chains || view.Schedule.Faults.Count(fault => fault.AtEvent) > 1 || swap.Index < 2 || swap.Index + 3 >= view.Stream.Chain.Count)
            return false;
        var (one, other) = (view.Stream.Chain[swap.Index], view.Stream.Chain[swap.Index + 1]);
        return Math.Abs(one.SentAt - other.SentAt) < LongestSwap && view.Schedule.WindowOf(one.Ts) == view.Schedule.WindowOf(other.Ts)
            && Enumerable.Range(swap.Index - 2, 6).All(index => view.Process.WayOf(view.Stream.Chain[index]) == Way.Received);
    }

    private void CheckSwap()
    {
        if (view.Schedule.Faults is [{ Kind: FaultKind.Swap } swap] && swap.Stream == view.Stream.Number && IsHarmless(swap) && view.Gaps.Count > 0)
            view.AddFault($"two neighbours changed places, and there is a row of gaps: {view.Gaps[0].Journal.Line}");
    }
}
