using Ingester.Core.Markets;
using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <content>What one process stored of one stream.</content>
internal sealed partial class Oracle
{
    private sealed partial class StreamView
    {
        private readonly Oracle oracle;
        private readonly ModelProcess process;
        private readonly TruthStream stream;
        private readonly List<StoredSegment> segments;
        private readonly List<Delivery> received; // events of the stream that were wanted, in the order of receiving
        private readonly Dictionary<WireEvent, int> stored = [];
        private readonly HashSet<WireEvent> implausible = []; // their time names no window
        private readonly List<(long From, long To, long Began)> distrusts; // exchange times that contradicted the local clock
        private readonly List<GapLine> gaps;

        public StreamView(Oracle oracle, ModelProcess process, TruthStream stream, List<StoredSegment> segments)
        {
            (this.oracle, this.process, this.stream, this.segments) = (oracle, process, stream, segments);
            received = [.. process.Deliveries.Where(delivery => delivery is { Kind: DeliveryKind.Event, Ignored: false } && delivery.Stream == stream)];
            gaps = [.. oracle.gaps.Where(gap => gap.Stream == stream && gap.Journal.Process == process.Number)];
            foreach (var row in segments.SelectMany(segment => segment.Rows))
                if (row.Event is { } sent)
                {
                    stored[sent] = stored.GetValueOrDefault(sent) + 1;
                    if (row.Mark == "implausible")
                        implausible.Add(sent);
                }

            distrusts = Distrusts(process);
        }

        private Schedule Schedule => oracle.schedule;

        /// <summary>True when the stream is not wanted for a while: then it begins as if it had never been.</summary>
        private bool IsRemovable => Schedule.Faults.Any(fault => fault.Kind == FaultKind.Remove && fault.Stream == stream.Plan.Market && fault.Replica == oracle.run.Number);

        private void Fault(string text) => oracle.Fault($"process {process.Number}, {stream}: {text}");

        private string Time(long micros) => At(Schedule, micros);

        /// <summary>Every row is an event that was received, in the window of its time or marked; nothing is in two whole objects.</summary>
        public void CheckRows()
        {
            var whole = new Dictionary<WireEvent, string>();
            var known = received.Select(delivery => delivery.Event!.Identity).ToHashSet();
            foreach (var segment in segments)
            {
                var rowsBefore = new HashSet<WireEvent>();
                foreach (var row in segment.Rows)
                {
                    if (row.Event is not { } sent || !known.Contains(sent))
                    {
                        Fault($"a row that was never received is in {segment.Object.Key}: {row.Text}");
                        return;
                    }

                    if (!CheckWindow(segment, sent, row.Mark))
                        return;
                    if (segment.Whole && stream.HasIds && !whole.TryAdd(sent, segment.Object.Key))
                    {
                        Fault($"{sent} is in two whole objects: {whole[sent]} and {segment.Object.Key}");
                        return;
                    }
                }
            }
        }

        /// <summary>Every event that was received is stored, unless it was in memory when the process was killed.</summary>
        public void CheckStored()
        {
            foreach (var group in received.GroupBy(delivery => delivery.Event!.Identity))
            {
                var (sent, first) = (group.Key, group.First());
                var copies = stored.GetValueOrDefault(sent);
                var needed = stream.HasIds ? 1 : group.CountBy(delivery => delivery.Connection).Max(connection => connection.Value); // without ids nothing is a duplicate
                if (copies >= needed || process.Killed && copies > 0 || stream.Merged.Count > 0 && IsStoredInParts(sent) || first.Replayed && IsFresh(first) || IsTakenForRegrouped(sent))
                    continue;
                if (process.Killed && !MustBeStored(first))
                    continue;
                Fault($"{sent}, received at {Time(first.True)}, is not stored{(process.Killed ? $" although the process was killed only at {Time(process.EndedAt)}" : "")}");
                return;
            }
        }

        /// <summary>Each missing event lies under a row of gaps.</summary>
        public void CheckMissing()
        {
            if (received.Count < 2)
                return;
            if (stream.Chains)
                CheckMissingIds();
            else
                CheckMissingTimes();
            CheckConflicts();
        }

        private bool CheckWindow(StoredSegment segment, WireEvent sent, string? mark)
        {
            var own = Schedule.WindowOf(sent.Ts);
            var windowIsKnown = Schedule.WindowOf(segment.Start) == (segment.Start, segment.Minutes);
            var fault = !windowIsKnown ? "a window that the configuration does not have"
                : mark is null && own != (segment.Start, segment.Minutes) ? "a window that is not its own, without a mark"
                : mark == "out-of-order" && sent.Ts >= segment.End ? "an earlier window, marked out-of-order"
                : mark == "implausible" && segment.Whole ? "a whole object, marked implausible"
                : mark == "implausible" && !received.Exists(delivery => delivery.Event!.Identity == sent && sent.Ts > delivery.Local + Tolerance) ? "an object, marked implausible, although it was not"
                : mark is "derived" or "received" ? $"an object, marked {mark}, although it has a time"
                : null;
            if (fault is not null)
                Fault($"{sent} is in {fault}: {segment.Object.Key}");
            return fault is null;
        }

        /// <summary>
        /// True for a diff with a wrong id that another connection than the one before it brought: where connections group ids otherwise, it cannot be told from that.
        /// </summary>
        private bool IsTakenForRegrouped(WireEvent sent) => sent.IsOdd && stream is { Plan.Dataset: Dataset.Depth, HasIds: true }
            && process.Deliveries.Select(delivery => delivery.Connection).Distinct().Count() > 1;

        /// <summary>True when the ids of an event are stored as parts of other events.</summary>
        private bool IsStoredInParts(WireEvent sent) => Enumerable.Range(sent.Place, sent.LastPlace - sent.Place + 1)
            .All(place => stored.Keys.Any(known => known.Place <= place && known.LastPlace >= place));

        /// <summary>True when the process had received nothing of the stream before, so that a replayed event only says where it stands.</summary>
        private bool IsFresh(Delivery replayed) => IsRemovable || !received.TakeWhile(delivery => delivery != replayed).Any(delivery => !delivery.Replayed);

        /// <summary>True when what was received so early had to be stored before the kill.</summary>
        private bool MustBeStored(Delivery delivery)
        {
            if (oracle.run.ClockIsWrong || Schedule.Faults.Any(fault => fault.Kind == FaultKind.Shift) || delivery.Event!.TimeIsOdd)
                return false;
            var end = WindowEnd(delivery.Event.SentAt);
            if (Schedule.Faults.Any(fault => fault.Kind == FaultKind.WrongTime))
                end = WindowEnd(end); // a time that is ahead opens the next window, and all that follows is in it
            var over = Math.Max(delivery.True, end) + 2 * Hold + 15 * Second;
            return over < process.EndedAt;
        }

        private long WindowEnd(long micros) => Schedule.WindowOf(micros) is var (start, minutes) ? start + minutes * Minute : 0;

        private void CheckConflicts()
        {
            if (!stream.HasIds || IsRemovable)
                return;
            for (var index = 1; index < received.Count; index++)
            {
                var second = received[index].Event!.Identity;
                for (var before = Math.Max(0, index - 8); before < index; before++)
                {
                    var first = received[before].Event!.Identity;
                    if (first == second || first.IsOdd || !second.IsOdd || (first.After, first.UpTo) != (second.After, second.UpTo) || received[index].Connection != received[before].Connection
                        || received[index].Replayed || received[before].Replayed || first.Epoch != second.Epoch)
                        continue;
                    if (process.Killed && received[index].True > process.EndedAt - Hold - 5 * Second)
                        continue;
                    if (gaps.Exists(gap => gap.Cause is "conflict" or "reset" && (gap.Cause == "reset" || gap.After <= second.After && gap.UpTo >= second.UpTo)))
                        continue;
                    Fault($"{first} and {second} have the same ids and other rows, and no row of gaps names the conflict");
                    return;
                }
            }
        }

        private bool IsCovered(WireEvent sent, bool byTime) => gaps.Exists(gap =>
            gap.IsMissing && gap.After <= sent.After && gap.UpTo >= sent.UpTo
            || gap.IsMissing && gap.After < sent.UpTo && gap.UpTo > sent.After && Schedule.Faults.Any(fault => fault.Kind == FaultKind.Overlap)
            || gap.Cause == "reset" && (IsAtEdge(sent) || gap.After <= sent.After && gap.UpTo >= sent.UpTo)
            || gap.Cause == "conflict" && gap.After < sent.After && gap.UpTo >= sent.UpTo // an overlap: the numbering may have begun again unheard
            || gap.Cause == "conflict" && gap.From < gap.To && gap.From - stream.Plan.Disorder <= sent.Ts && sent.Ts <= gap.To + stream.Plan.Disorder
            || (byTime || gap.Cause == "reset" || gap.After is null) && (gap.IsMissing || gap.Cause == "reset")
                && gap.From - Second - stream.Plan.Disorder <= sent.Ts && sent.Ts <= gap.To + Second + stream.Plan.Disorder);

        /// <summary>True when nothing that came of its numbering is before it, or nothing after it: where the numbering begins again, ids say nothing of that.</summary>
        private bool IsAtEdge(WireEvent sent)
        {
            var places = received.Select(delivery => delivery.Event!.Identity).Where(other => !other.IsOdd && other.Epoch == sent.Epoch).Select(other => other.Place).ToList();
            return !places.Exists(place => place < sent.Place) || !places.Exists(place => place > sent.Place);
        }

        /// <summary>
        /// True when all that came after an event has another numbering, and its ids cannot be told from ones that go on: too few came, or they begin where the last ones ended,
        /// or after them and a row of gaps names the ids between.
        /// </summary>
        private bool SeemsToGoOn(WireEvent sent)
        {
            var regular = received.Select(delivery => delivery.Event!.Identity).Where(other => !other.IsOdd).ToList();
            var later = regular.Where(other => other.Place > sent.Place).ToList();
            if (later.Where(other => other.Epoch != sent.Epoch || other.IsWrong).MinBy(other => other.Place) is not { } next)
                return false;
            var before = regular.Where(other => other.Place < sent.Place).MaxBy(other => other.Place);
            if (before?.UpTo == next.After)
                return true;
            if (later.Exists(other => other.Epoch == sent.Epoch))
                return false;
            return later.Count(other => other.Epoch == next.Epoch) < EventsToRenumber
                || before is not null && next.After > before.UpTo && gaps.Exists(gap => gap.IsMissing && gap.After <= before.UpTo && gap.UpTo >= next.After);
        }

        private void CheckMissingIds()
        {
            var places = received.Select(delivery => delivery.Event!.Identity).Where(sent => !sent.IsOdd && sent.SentAt >= received[0].Event!.SentAt).SelectMany(sent => Enumerable.Range(sent.Place, sent.LastPlace - sent.Place + 1)).ToHashSet();
            if (places.Count < 2 || received.Exists(delivery => delivery.Replayed && (delivery.Event!.IsOdd || delivery.Event.IsWrong)))
                return; // where the stream begins after a wrong id, ids say nothing of what was missed
            var (lowest, highest) = (places.Min(), places.Max());
            var resets = stream.Chain[^1].Epoch > 0;
            if (process.Killed)
                highest = places.Where(place => place < highest).DefaultIfEmpty(lowest).Max() - 1;
            foreach (var sent in stream.Chain.Skip(lowest).Take(highest - lowest))
            {
                var way = process.WayOf(sent);
                if (places.Contains(sent.Place) || way.HasFlag(Way.Unwanted) || sent.TimeIsOdd || sent.IsWrong || IsCovered(sent, byTime: resets))
                    continue;
                if (process.Killed && !IsSettled(sent))
                    continue;
                if (HasTwin(sent))
                    continue; // another event with its ids has its place
                if (received.TrueForAll(delivery => delivery.Event!.Place >= sent.Place || delivery.Event.IsWrong || delivery.Event.IsOdd))
                    continue; // the stream begins with wrong ids: nothing tells where it stands
                if (SeemsToGoOn(sent))
                    continue; // the numbering began again unheard, and nothing that came contradicts that it went on
                if (Schedule.Faults.Any(fault => fault.Kind is FaultKind.Overlap or FaultKind.WrongRun or FaultKind.WrongId or FaultKind.ExtraId && fault.Stream == stream.Number) && received.Exists(delivery => delivery.Event!.After < sent.UpTo && delivery.Event.UpTo > sent.After))
                    continue; // another event covers its ids
                if (way == Way.None && sent.SentAt < process.Deliveries[0].Connection.SubscribedAt)
                    continue; // it lies between replayed events, from before the process
                if (WasRemovedAround(sent) || sent.Epoch > 0 && received.Count(delivery => delivery.Event!.Epoch == sent.Epoch && delivery.Event.SentAt > sent.SentAt) < EventsToRenumber)
                    continue; // that the numbering began again is not known yet
                Fault($"{sent} ({way}) is missing, and no row of gaps covers it");
                return;
            }
        }

        /// <summary>Streams whose ids do not chain: what was sent while nobody was subscribed, and what could not be decoded.</summary>
        private void CheckMissingTimes()
        {
            var (first, last) = (received[0].Event!, received[^1]);
            foreach (var sent in stream.Sent)
            {
                if (sent.SentAt <= first.SentAt || sent.SentAt >= last.Event!.SentAt || sent.TimeIsOdd || sent.Identity != sent || sent.IsOdd && oracle.run.ClockIsWrong)
                    continue;
                var way = process.WayOf(sent);
                if (way.HasFlag(Way.Received) || way.HasFlag(Way.Unwanted) || way.HasFlag(Way.Lost) || way.HasFlag(Way.Delayed) || IsCovered(sent, byTime: true) || stored.ContainsKey(sent))
                    continue;
                if (Schedule.Faults.Any(fault => fault.Kind is FaultKind.Shift or FaultKind.Reset or FaultKind.WrongTime) || WasRemovedAround(sent) || process.Killed && !IsSettled(sent) || IsBesideWrong(sent))
                    continue;
                Fault($"{sent} ({way}) is missing, and no row of gaps covers it");
                return;
            }
        }

        /// <summary>True when it, or the event before or after it that came, has a wrong id, so that ids may seem to follow each other.</summary>
        private bool IsBesideWrong(WireEvent sent)
        {
            var before = received.FindLast(delivery => delivery.Event!.SentAt < sent.SentAt)?.Event;
            var after = received.Find(delivery => delivery.Event!.SentAt > sent.SentAt)?.Event;
            return sent.IsWrong || before is { IsWrong: true } or { IsOdd: true } || after is { IsWrong: true } or { IsOdd: true };
        }

        /// <summary>
        /// The exchange times that at least four frames of one connection in sequence carried while they were further ahead of the local clock than is plausible.
        /// </summary>
        private static List<(long From, long To, long Began)> Distrusts(ModelProcess process)
        {
            var found = new List<(long, long, long)>();
            foreach (var connection in process.Deliveries.Where(delivery => delivery is { Ts: not null, Replayed: false }).GroupBy(delivery => delivery.Connection))
            {
                var run = new List<Delivery>();
                foreach (var delivery in connection.Append(null))
                {
                    if (delivery is not null && delivery.Ts > delivery.Local + Tolerance
                        && (run.Count == 0 || Math.Abs(delivery.Ts.Value - delivery.Local - (run[^1].Ts!.Value - run[^1].Local)) < Tolerance / 2))
                    {
                        run.Add(delivery);
                        continue;
                    }

                    if (run.Count > 3)
                        found.Add((run.Take(4).Max(part => part.Ts!.Value), run.Max(part => part.Ts!.Value), run[3].True));
                    run.Clear();
                }
            }

            return found;
        }

        /// <summary>True when enough followed on an event before the process was killed that its loss had to be written down.</summary>
        private bool IsSettled(WireEvent sent) => sent.SentAt < process.EndedAt - 2 * Minute
            && received.Count(delivery => delivery.Event!.SentAt > sent.SentAt && delivery.True < process.EndedAt - 75 * Second) > 5;

        /// <summary>True when the market was not wanted at about that time, or nothing of the stream came between its return and the event: then the stream had not begun again.</summary>
        private bool WasRemovedAround(WireEvent sent) => Schedule.Faults.Any(fault =>
        {
            if (fault.Kind != FaultKind.Remove || fault.Replica != oracle.run.Number || fault.Stream != stream.Plan.Market)
                return false;
            var (left, returned) = (oracle.truth.When(fault), oracle.truth.When(fault) + fault.Length);
            return sent.SentAt < returned + 2 * Minute && (sent.SentAt > left - 2 * Minute || !received.Exists(delivery => delivery.Event!.SentAt > sent.SentAt && delivery.True < left))
                || sent.SentAt > returned && !received.Exists(delivery => delivery.True > returned && delivery.Event!.SentAt < sent.SentAt);
        });
    }
}
