using static Ingester.Testing.Model.RecorderTiming;
using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <summary>What one process stored of one stream, and what it received.</summary>
internal sealed class StreamView
{
    public StreamView(StoredOutput output, ModelProcess process, TruthStream stream, Action<string> addFault)
    {
        (Truth, Run, Coverage, Process, Stream, this.addFault) = (output.Truth, output.Run, output.Coverage, process, stream, addFault);
        Segments = [.. output.Segments.Where(segment => segment.Object.Process == process.Number && segment.Stream == stream)];
        Received = [.. process.Deliveries.Where(delivery => delivery is { Kind: DeliveryKind.Event, Ignored: false } && delivery.Stream == stream)];
        Gaps = [.. output.Gaps.Where(gap => gap.Stream == stream && gap.Journal.Process == process.Number)];
        foreach (var row in Segments.SelectMany(segment => segment.Rows))
            if (row.Event is { } sent)
            {
                Stored[sent] = Stored.GetValueOrDefault(sent) + 1;
                if (row.Mark == "implausible")
                    Implausible.Add(sent);
            }

        Distrusts = FindDistrusts(process);
    }

    private readonly Action<string> addFault;

    /// <summary>What the exchange sent.</summary>
    public Truth Truth { get; }

    /// <summary>The replica.</summary>
    public ReplicaRun Run { get; }

    /// <summary>The coverage of the replica.</summary>
    public IReadOnlyList<CoverageRow> Coverage { get; }

    /// <summary>The process.</summary>
    public ModelProcess Process { get; }

    /// <summary>The stream.</summary>
    public TruthStream Stream { get; }

    /// <summary>The stored segments.</summary>
    public List<StoredSegment> Segments { get; }

    /// <summary>The received events of the stream that were wanted, in the order of arrival.</summary>
    public List<Delivery> Received { get; }

    /// <summary>How often each event is stored.</summary>
    public Dictionary<WireEvent, int> Stored { get; } = [];

    /// <summary>The events whose time names no window.</summary>
    public HashSet<WireEvent> Implausible { get; } = [];

    /// <summary>The exchange times that contradicted the local clock.</summary>
    public List<(long From, long To, long Began)> Distrusts { get; }

    /// <summary>The gap rows of the stream.</summary>
    public List<GapLine> Gaps { get; }

    /// <summary>The schedule.</summary>
    public Schedule Schedule => Truth.Schedule;

    /// <summary>True when the stream is removed for a while; afterwards it starts as a new stream.</summary>
    public bool IsRemovable => Schedule.Faults.Any(fault => fault.Kind == FaultKind.Remove && fault.Stream == Stream.Plan.Market && fault.Replica == Run.Number);

    /// <summary>Reports a fault of the recorder.</summary>
    public void AddFault(string text) => addFault($"process {Process.Number}, {Stream}: {text}");

    /// <summary>Formats a time, relative to the start of the schedule.</summary>
    public string Time(long micros) => $"{(micros - Schedule.Start) / 1e6:0.######} s";

    /// <summary>True when the process had received nothing of the stream before, so that a replayed event only says where it stands.</summary>
    public bool IsFresh(Delivery replayed) => IsRemovable || !Received.TakeWhile(delivery => delivery != replayed).Any(delivery => !delivery.Replayed);

    /// <summary>True when a gap row covers an event.</summary>
    public bool IsCovered(WireEvent sent, bool byTime) => Gaps.Exists(gap =>
        gap.IsMissing && gap.After <= sent.After && gap.UpTo >= sent.UpTo
        || gap.IsMissing && gap.After < sent.UpTo && gap.UpTo > sent.After && Schedule.Faults.Any(fault => fault.Kind == FaultKind.Overlap)
        || gap.Cause == "reset" && (IsAtEdge(sent) || gap.After <= sent.After && gap.UpTo >= sent.UpTo)
        || gap.Cause == "conflict" && gap.After < sent.After && gap.UpTo >= sent.UpTo // an overlap: the numbering may have begun again unheard
        || gap.Cause == "conflict" && gap.From < gap.To && gap.From - Stream.Plan.Disorder <= sent.Ts && sent.Ts <= gap.To + Stream.Plan.Disorder
        || (byTime || gap.Cause == "reset" || gap.After is null) && (gap.IsMissing || gap.Cause == "reset")
            && gap.From - Second - Stream.Plan.Disorder <= sent.Ts && sent.Ts <= gap.To + Second + Stream.Plan.Disorder);

    /// <summary>True when nothing that came of its numbering is before it, or nothing after it: where the numbering begins again, ids say nothing of that.</summary>
    private bool IsAtEdge(WireEvent sent)
    {
        var places = Received.Select(delivery => delivery.Event!.Identity).Where(other => !other.IsOdd && other.Epoch == sent.Epoch).Select(other => other.Place).ToList();
        return !places.Exists(place => place < sent.Place) || !places.Exists(place => place > sent.Place);
    }

    /// <summary>True when another event with its ids came: one of them is wrong, and nothing says that there were two.</summary>
    public bool HasTwin(WireEvent sent) => Received.Exists(delivery => delivery.Event! != sent && (delivery.Event!.After, delivery.Event.UpTo) == (sent.After, sent.UpTo));

    /// <summary>
    /// The exchange times that at least four frames of one connection in sequence carried while they were further ahead of the local clock than is plausible.
    /// </summary>
    private static List<(long From, long To, long Began)> FindDistrusts(ModelProcess process)
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
}
