using System;
using Ingester.Core.Proof;
using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <content>Whether what is claimed of a window is true.</content>
internal sealed partial class Oracle
{
    private sealed partial class StreamView
    {
        /// <summary>A whole object holds what the exchange sent in its window, or what could be known of it.</summary>
        public void CheckWhole()
        {
            foreach (var segment in segments)
                if (GradeFault(segment) is { } grade)
                {
                    Fault($"{segment.Object.Key} {grade}");
                    return;
                }
                else if (segment.Whole && (stream.Chains ? ChainFault(segment) : ConnectionFault(segment)) is { } fault)
                {
                    Fault($"{segment.Object.Key} is whole, but {fault}");
                    return;
                }
        }

        private string? GradeFault(StoredSegment segment)
        {
            var expected = !segment.Whole ? "none" : stream.Chains ? "chain" : "connection";
            return segment.Object.Grade.ToString() == expected ? null : $"has the grade {segment.Object.Grade}, not {expected}";
        }

        /// <summary>True for an event from before the process or at a wrong time, which nobody can expect in the window that its time names.</summary>
        private bool IsUnexpected(WireEvent sent)
        {
            if (process.WayOf(sent) != Way.None)
                return false;
            var began = process.Deliveries.Count > 0 ? process.Deliveries[0].True : long.MaxValue;
            return IsFarOff(sent) || PassedUnheard(sent) || sent.SentAt < began && Schedule.Faults.Any(fault => fault.Kind is FaultKind.Shift || fault.Kind == FaultKind.Reset && fault.Length < 0);
        }

        /// <summary>True when the exchange's clock was set back to where the process had last heard it, while no connection heard how far it had come.</summary>
        private bool PassedUnheard(WireEvent sent)
        {
            foreach (var shift in Schedule.Faults.Where(fault => fault.Kind == FaultKind.Shift))
            {
                var at = oracle.truth.When(shift) + (shift.Amount < 0 ? 0 : shift.Length);
                var heard = process.Deliveries.Find(delivery => delivery.True > at && delivery is { Ts: not null, Replayed: false })?.Ts ?? at + oracle.truth.ShiftAt(at);
                if (at > sent.SentAt && !process.Deliveries.Exists(delivery => delivery.True < at && delivery.Ts > heard + Settle + 3 * Second + 3 * Schedule.Heartbeat))
                    return true;
            }

            return false;
        }

        /// <summary>A window is quiet only when nothing of the stream was received with a time in it, and nothing could have been missed.</summary>
        public void CheckQuiet()
        {
            var last = new Dictionary<(long, int), CoverageRow>();
            foreach (var line in oracle.coverage)
                if (line.Stream == stream && line.Journal.Process == process.Number)
                    last[(line.Start, line.Minutes)] = line;
            foreach (var line in last.Values)
                if (line.State == "quiet" && QuietFault(line) is { } fault)
                {
                    Fault($"the window at {Time(line.Start)} is quiet, but {fault}");
                    return;
                }
        }

        private string? QuietFault(CoverageRow line)
        {
            var end = line.Start + line.Minutes * Minute;
            bool Holds(long micros) => micros >= line.Start && micros < end;
            if (segments.Find(segment => segment.Start == line.Start && segment.Object.At <= line.Journal.At) is { } placed)
                return $"{placed.Object.Key} is stored";
            if (received.Find(delivery => Holds(delivery.Event!.Ts) && delivery.True <= line.Journal.At && !implausible.Contains(delivery.Event.Identity) && !(delivery.Replayed && IsFresh(delivery))) is { } came)
                return $"{came.Event} was received at {Time(came.True)}";
            foreach (var sent in stream.Sent)
                if (Holds(sent.Ts) && !sent.TimeIsOdd && sent.SentAt < line.Journal.At && !IsHeldBack(sent, Holds, line.Journal.At) && UnknownFault(sent, end, line.Grade == "chain") is { } fault)
                    return fault;
            return DoubtFault(line.Start, end, line.Journal.At) ?? DistrustFault(line.Start, end, line.Journal.At);
        }

        /// <summary>True for the first of two diffs that a connection sends as one, when both come later or have the time of another window.</summary>
        private bool IsHeldBack(WireEvent sent, Func<long, bool> holds, long until) => sent.Place + 1 == stream.Chain.Count
            ? stream.Merged.Count > 0 && !stream.Merged.ContainsKey(sent)
            : stream.Merged.TryGetValue(stream.Chain[sent.Place + 1], out var both) && both.Place == sent.Place && (both.SentAt > until || !holds(both.Ts));

        /// <summary>Why an event that was not received had to be missed by the claim; null when nobody could know of it.</summary>
        private string? UnknownFault(WireEvent sent, long end, bool chain)
        {
            var way = process.WayOf(sent);
            if (way.HasFlag(Way.Received) || way.HasFlag(Way.Delayed) || IsUnexpected(sent))
                return null;
            if (way.HasFlag(Way.Undecodable))
                return sent.SentAt < end ? $"the frame of {sent} could not be decoded" : null;
            if (way.HasFlag(Way.Lost) && !chain)
                return null;
            return $"{sent} was sent, and is missing ({way})";
        }

        /// <summary>A frame that could not be decoded came, and may have held an event of the window.</summary>
        private string? DoubtFault(long start, long end, long until)
        {
            if (stream.Chains || Schedule.Faults.Any(fault => fault.Kind is FaultKind.Shift or FaultKind.WrongTime or FaultKind.Clock))
                return null;
            foreach (var doubt in process.Deliveries)
            {
                if (doubt.Kind != DeliveryKind.Undecodable || doubt.Heard == 0 || doubt.True > until || doubt.Stream is { } named && named.Plan.Market != stream.Plan.Market)
                    continue;
                if (doubt.Heard >= start && doubt.Heard < end - Second)
                    return $"a frame that could not be decoded came at {Time(doubt.True)}, after the exchange time {Time(doubt.Heard)}";
            }

            return null;
        }

        /// <summary>The exchange's times contradicted the local clock, and the window has a part in that.</summary>
        private string? DistrustFault(long start, long end, long until) => distrusts.Exists(distrust => distrust.From < end && distrust.To >= start && distrust.Began < until)
            ? "the exchange's times contradicted the local clock in it"
            : null;

        /// <summary>What is wrong with a whole object of a stream whose ids chain: it is what the exchange sent, and nothing else.</summary>
        private string? ChainFault(StoredSegment segment)
        {
            var rows = segment.Rows.Select(row => row.Event!).ToList();
            if (rows.Exists(row => row.IsOdd) && Schedule.Faults.Any(fault => fault.Kind is FaultKind.WrongId or FaultKind.WrongRun && fault.Stream == stream.Number))
                return null; // an additional event has the id that another should have had
            var (begins, ends) = PlacesOf(rows[0]);
            if (begins < 0)
                return $"{rows[0]} is not part of the chain";
            var first = begins < ends && segment.After == stream.Chain[ends].After ? ends : begins; // a part of it may be in the window before
            var next = first;
            for (var index = 0; index < rows.Count; index++, next = ends + 1)
            {
                (begins, ends) = PlacesOf(rows[index]);
                while (next < begins && !process.WayOf(stream.Chain[next]).HasFlag(Way.Received) && HasTwin(stream.Chain[next]))
                    next++; // an event with its ids came in its place
                if (begins > next || ends < next)
                    return next < stream.Chain.Count && begins >= 0 ? $"{stream.Chain[next]} is missing before {rows[index]}" : $"{rows[index]} is not part of the chain";
                var place = next;
                if (index > 0 && (stream.Chain[place].Broken || stream.Chain[place].Epoch != stream.Chain[place - 1].Epoch && stream.Chain[place].After != stream.Chain[place - 1].UpTo))
                    return $"the ids before {rows[index]} were never sent";
            }

            if (segment.UpTo != rows[^1].UpTo || segment.After < rows[0].After || segment.After > rows[0].UpTo)
                return "its key does not name the range of its rows";
            var latest = long.MinValue;
            foreach (var sent in stream.Chain)
            {
                var inside = sent.Place >= first && sent.Place < next;
                if (!inside && segment.Holds(sent.Ts) && latest < segment.End && !IsElsewhere(sent, segment) && !implausible.Any(marked => marked.Place <= sent.Place && marked.LastPlace >= sent.Place) && IsPlausible(sent)
                    && !(sent.TimeIsOdd && !process.WayOf(sent).HasFlag(Way.Received)) && !SteppedBack(sent) && sent.SentAt < segment.Object.At && !IsUnexpected(sent) && !IsOverlapped(sent) && !IsHiddenByWrongIds(sent, segment) && !IsHiddenByReset(sent, segment) && !(!process.WayOf(sent).HasFlag(Way.Received) && HasTwin(sent)))
                    return $"it lacks {sent} ({process.WayOf(sent)})";
                if (IsPlausible(sent))
                    latest = Math.Max(latest, Schedule.WindowOf(sent.Ts).Start);
            }

            return DistrustFault(segment.Start, segment.End, segment.Object.At);
        }

        /// <summary>True when the exchange's clock was set back later, so that it passed the event's time twice, and the process did not hear the first time.</summary>
        private bool SteppedBack(WireEvent sent) => !process.WayOf(sent).HasFlag(Way.Received)
            && Schedule.Faults.Any(fault => fault.Kind == FaultKind.Shift && (oracle.truth.When(fault) > sent.SentAt || oracle.truth.When(fault) + fault.Length > sent.SentAt));

        /// <summary>True when another event with its ids came: one of them is wrong, and nothing says that there were two.</summary>
        private bool HasTwin(WireEvent sent) => received.Exists(delivery => delivery.Event! != sent && (delivery.Event!.After, delivery.Event.UpTo) == (sent.After, sent.UpTo));

        /// <summary>True when the ids before a segment are wrong ones that end where the right ones go on later: all that is missing has their ids, or lies under a row of gaps.</summary>
        private bool IsHiddenByWrongIds(WireEvent sent, StoredSegment segment) => !process.WayOf(sent).HasFlag(Way.Received)
            && (HasTwin(sent) || IsCovered(sent, byTime: false)) && received.Exists(delivery => delivery.Event! is { IsWrong: true } wrong && wrong.UpTo == segment.After);

        /// <summary>True when an event had not come when a segment was stored, and one of another numbering had its ids.</summary>
        private bool IsHiddenByReset(WireEvent sent, StoredSegment segment) => !received.Exists(delivery => delivery.Event!.Place == sent.Place && delivery.True <= segment.Object.At)
            && received.Exists(delivery => delivery.Event!.Epoch != sent.Epoch && delivery.Event.After < sent.UpTo && delivery.Event.UpTo > sent.After);

        /// <summary>True when an event that came begins too early and covers its ids: while connections change, that looks like another grouping.</summary>
        private bool IsOverlapped(WireEvent sent) => Schedule.Faults.Any(fault => fault.Kind == FaultKind.Overlap) && Schedule.Faults.Any(fault => fault.Kind == FaultKind.Rotate)
            && received.Exists(delivery => delivery.Event! != sent && delivery.Event!.After < sent.UpTo && delivery.Event.UpTo > sent.After);

        /// <summary>True when a connection sent it together with another, and the time of both is not of the window.</summary>
        private bool IsElsewhere(WireEvent sent, StoredSegment segment) => stream.Merged.Count > 0
            && (stored.Keys.Any(both => both.Place == sent.Place && both.LastPlace > sent.Place && !segment.Holds(both.Ts))
                || (process.Killed && process.WayOf(sent).HasFlag(Way.Received))); // it was in memory, under the time of both

        /// <summary>The places of an event in the chain; that of the event whose id it carries, where only it was received.</summary>
        private (int First, int Last) PlacesOf(WireEvent sent)
        {
            if (!sent.IsOdd)
                return (sent.Place, sent.LastPlace);
            var meant = stream.Chain.Find(known => (known.After, known.UpTo) == (sent.After, sent.UpTo) && known.Epoch == sent.Epoch);
            return meant is not null && !process.WayOf(meant).HasFlag(Way.Received) ? (meant.Place, meant.Place) : (-1, -1);
        }

        /// <summary>What is wrong with a whole object that a connection proves: it is what the connection brought.</summary>
        private string? ConnectionFault(StoredSegment segment)
        {
            var rows = segment.Rows.Select(row => row.Event!).CountBy(sent => sent).ToDictionary();
            var highest = long.MinValue;
            var (excused, came) = (new HashSet<WireEvent>(), new Dictionary<WireEvent, int>());
            foreach (var delivery in received)
            {
                var sent = delivery.Event!.Identity;
                came[sent] = came.GetValueOrDefault(sent) + 1;
                if (delivery.Heard >= segment.End + Grace || stream.HasIds && sent.UpTo <= highest || !IsPlausible(delivery) || delivery.Replayed)
                    excused.Add(sent);
                highest = Math.Max(highest, sent.UpTo);
            }

            foreach (var (sent, count) in rows)
                if (count > (stream.HasIds ? 1 : came.GetValueOrDefault(sent)))
                    return $"it holds {sent} {count} times";
            foreach (var sent in stream.Sent)
            {
                if (!segment.Holds(sent.Ts) || sent.SentAt > segment.Object.At || implausible.Contains(sent.Identity) || !IsPlausible(sent) || rows.ContainsKey(sent.Identity) || excused.Contains(sent.Identity) || sent.TimeIsOdd && IsFarOff(sent) && !came.ContainsKey(sent.Identity))
                    continue;
                if (came.ContainsKey(sent.Identity))
                    return $"it lacks {sent}, which was received";
                if (sent.Identity == sent && UnknownFault(sent, segment.End + Grace, chain: false) is { } fault)
                    return fault;
            }

            return DoubtFault(segment.Start, segment.End, long.MaxValue) ?? DistrustFault(segment.Start, segment.End, segment.Object.At);
        }

        /// <summary>True when the time of an event is so far from the moment of its sending that nobody can expect it there.</summary>
        private static bool IsFarOff(WireEvent sent) => Math.Abs(sent.Ts - sent.SentAt) > Grace;

        private bool IsPlausible(WireEvent sent) => sent.Ts <= sent.SentAt + Tolerance + 5 * Second || !sent.TimeIsOdd;

        private static bool IsPlausible(Delivery delivery) => delivery.Event!.Ts <= Math.Max(delivery.Local, delivery.True) + Tolerance + 5 * Second;
    }
}
