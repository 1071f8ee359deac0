using Ingester.Core.Markets;
using static Ingester.Testing.Model.RecorderTiming;
using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <summary>Checks the stored rows of one stream against what was received.</summary>
internal sealed class StoredRowCheck(StreamView view)
{
    /// <summary>Checks that every row is a received event, in the window of its time or marked, and that no event is in two whole objects.</summary>
    public void CheckRows()
    {
        var whole = new string?[view.Stream.EventCount]; // the whole object of each event
        foreach (var segment in view.Segments)
        {
            foreach (var row in segment.Rows)
            {
                if (row.Event is not { } sent || view.TimesReceived(sent) == 0)
                {
                    view.AddFault($"a row that was never received is in {segment.Object.Key}: {row.Text}");
                    return;
                }

                if (!CheckWindow(segment, sent, row.Mark))
                    return;
                if (!segment.Whole || !view.Stream.HasIds)
                    continue;
                if (whole[sent.Index] is { } other)
                {
                    view.AddFault($"{sent} is in two whole objects: {other} and {segment.Object.Key}");
                    return;
                }

                whole[sent.Index] = segment.Object.Key;
            }
        }
    }

    /// <summary>Checks that every received event is stored, unless it was still in memory when the process was killed.</summary>
    public void CheckStored()
    {
        foreach (var first in view.Received)
        {
            var sent = first.Event!.Identity;
            if (view.FirstDelivery(sent) != first)
                continue;
            var copies = view.TimesStored(sent);
            var needed = view.Stream.HasIds || view.TimesReceived(sent) == 1 ? 1 // without ids, duplicates cannot be detected
                : view.Received.Where(delivery => delivery.Event!.Identity == sent).CountBy(delivery => delivery.Connection).Max(connection => connection.Value);
            if (copies >= needed || view.Process.Killed && copies > 0 || view.Stream.Merged.Count > 0 && IsStoredInParts(sent) || first.Replayed && view.IsFresh(first) || IsTakenForRegrouped(sent))
                continue;
            if (view.Process.Killed && !MustBeStored(first))
                continue;
            view.AddFault($"{sent}, received at {view.Time(first.True)}, is not stored{(view.Process.Killed ? $" although the process was killed only at {view.Time(view.Process.EndedAt)}" : "")}");
            return;
        }
    }

    private bool CheckWindow(StoredSegment segment, WireEvent sent, string? mark)
    {
        var own = view.Schedule.WindowOf(sent.Ts);
        var windowIsKnown = view.Schedule.WindowOf(segment.Start) == (segment.Start, segment.Minutes);
        var fault = !windowIsKnown ? "a window that the configuration does not have"
            : mark is null && own != (segment.Start, segment.Minutes) ? "a window that is not its own, without a mark"
            : mark == "out-of-order" && sent.Ts >= segment.End ? "an earlier window, marked out-of-order"
            : mark == "implausible" && segment.Whole ? "a whole object, marked implausible"
            : mark == "implausible" && !view.Received.Exists(delivery => delivery.Event!.Identity == sent && sent.Ts > delivery.Local + Tolerance) ? "an object, marked implausible, although it was not"
            : mark is "derived" or "received" ? $"an object, marked {mark}, although it has a time"
            : null;
        if (fault is not null)
            view.AddFault($"{sent} is in {fault}: {segment.Object.Key}");
        return fault is null;
    }

    /// <summary>
    /// True for a diff with a wrong id that may have arrived on another connection than the diff before it: it cannot be distinguished from one that groups ids differently.
    /// </summary>
    private bool IsTakenForRegrouped(WireEvent sent) => sent.IsOdd && view.Stream is { Plan.Dataset: Dataset.Depth, HasIds: true }
        && view.Process.Deliveries.Select(delivery => delivery.Connection).Distinct().Count() > 1;

    /// <summary>True when the ids of an event are stored as parts of other events.</summary>
    private bool IsStoredInParts(WireEvent sent) => Enumerable.Range(sent.Place, sent.LastPlace - sent.Place + 1)
        .All(place => view.Stored.Exists(known => known.Place <= place && known.LastPlace >= place));

    /// <summary>True when an event was received so early that it must have been stored before the process was killed.</summary>
    private bool MustBeStored(Delivery delivery)
    {
        if (view.Run.ClockIsWrong || view.Schedule.Faults.Any(fault => fault.Kind == FaultKind.Shift) || delivery.Event!.TimeIsOdd)
            return false;
        var end = WindowEnd(Math.Max(delivery.Event.SentAt, delivery.True)); // a late event may be stored with the window that is open when it arrives
        if (view.Schedule.Faults.Any(fault => fault.Kind == FaultKind.WrongTime || fault is { Kind: FaultKind.Reset, Length: > 0 }))
            end = WindowEnd(end); // a time that is ahead opens the next window, which then takes all following events
        var deadline = Math.Max(delivery.True, end) + 2 * Hold + 15 * Second;
        return deadline < view.Process.EndedAt;
    }

    private long WindowEnd(long micros) => view.Schedule.WindowOf(micros) is var (start, minutes) ? start + minutes * Minute : 0;
}
