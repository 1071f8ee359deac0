using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <summary>What one process stored of one stream, and what it received.</summary>
internal sealed class StreamView
{
    private readonly ProcessView process;
    private readonly Action<string> addFault;
    private readonly int[] stored;
    private readonly int[] arrived;
    private readonly Delivery?[] first;

    public StreamView(StoredOutput output, ProcessView process, TruthStream stream, Action<string> addFault)
    {
        (Truth, Run, Coverage, Stream, this.process, this.addFault) = (output.Truth, output.Run, output.Coverage, stream, process, addFault);
        (stored, arrived, first) = (new int[stream.EventCount], new int[stream.EventCount], new Delivery?[stream.EventCount]);
        Segments = [.. output.Segments.Where(segment => segment.Object.Process == Process.Number && segment.Stream == stream)];
        Received = process.ReceivedOf(stream);
        Gaps = [.. output.Gaps.Where(gap => gap.Stream == stream && gap.Journal.Process == Process.Number)];
        foreach (var segment in Segments)
            foreach (var row in segment.Rows)
                if (row.Event is { } sent)
                {
                    if (++stored[sent.Index] == 1)
                        Stored.Add(sent);
                    if (row.Mark == "implausible")
                        Implausible.Add(sent);
                }

        foreach (var delivery in Received)
        {
            var sent = delivery.Event!.Identity;
            arrived[sent.Index]++;
            first[sent.Index] ??= delivery;
        }
    }

    /// <summary>What the exchange sent.</summary>
    public Truth Truth { get; }

    /// <summary>The replica.</summary>
    public ReplicaRun Run { get; }

    /// <summary>The coverage of the replica.</summary>
    public IReadOnlyList<CoverageRow> Coverage { get; }

    /// <summary>The process.</summary>
    public ModelProcess Process => process.Process;

    /// <summary>The stream.</summary>
    public TruthStream Stream { get; }

    /// <summary>The stored segments.</summary>
    public List<StoredSegment> Segments { get; }

    /// <summary>The received events of the stream while it was configured, in the order of arrival.</summary>
    public List<Delivery> Received { get; }

    /// <summary>The stored events, each once.</summary>
    public List<WireEvent> Stored { get; } = [];

    /// <summary>The events that are stored with the mark <c>implausible</c>: their time does not determine a window.</summary>
    public HashSet<WireEvent> Implausible { get; } = [];

    /// <summary>The exchange times that contradicted the local clock.</summary>
    public List<(long From, long To, long Began)> Distrusts => process.Distrusts;

    /// <summary>The frames that could not be decoded, in the order of arrival.</summary>
    public List<Delivery> Undecodable => process.Undecodable;

    /// <summary>The gap rows of the stream.</summary>
    public List<GapLine> Gaps { get; }

    /// <summary>The schedule.</summary>
    public Schedule Schedule => Truth.Schedule;

    /// <summary>True when the stream is removed for a while; afterwards it starts as a new stream.</summary>
    public bool IsRemovable => Schedule.Faults.Any(fault => fault.Kind == FaultKind.Remove && fault.Stream == Stream.Plan.Market && fault.Replica == Run.Number);

    /// <summary>How often an event is stored.</summary>
    public int TimesStored(WireEvent sent) => stored[sent.Index];

    /// <summary>How often an event, or a repetition of it, was received.</summary>
    public int TimesReceived(WireEvent sent) => arrived[sent.Index];

    /// <summary>The first delivery of an event or of a repetition of it; null for an event that was not received.</summary>
    public Delivery? FirstDelivery(WireEvent sent) => first[sent.Index];

    /// <summary>Reports a fault of the recorder.</summary>
    public void AddFault(string text) => addFault($"process {Process.Number}, {Stream}: {text}");

    /// <summary>Formats a time, relative to the start of the schedule.</summary>
    public string Time(long micros) => $"{(micros - Schedule.Start) / 1e6:0.######} s";

    /// <summary>True when the process had not received any event of the stream before, so that a replayed event only sets the position.</summary>
    public bool IsFresh(Delivery replayed) => IsRemovable || !Received.TakeWhile(delivery => delivery != replayed).Any(delivery => !delivery.Replayed);

    /// <summary>True when a gap row covers an event.</summary>
    public bool IsCovered(WireEvent sent, bool byTime) => Gaps.Exists(gap =>
        gap.IsMissing && gap.After <= sent.After && gap.UpTo >= sent.UpTo
        || gap.IsMissing && gap.After < sent.UpTo && gap.UpTo > sent.After && Schedule.Faults.Any(fault => fault.Kind == FaultKind.Overlap)
        || gap.Cause == "reset" && (IsAtEdge(sent) || gap.After <= sent.After && gap.UpTo >= sent.UpTo)
        || gap.Cause == "conflict" && gap.After < sent.After && gap.UpTo >= sent.UpTo // an overlap: the numbering may have restarted while no connection received it
        || gap.Cause == "conflict" && gap.From < gap.To && gap.From - Stream.Plan.Disorder <= sent.Ts && sent.Ts <= gap.To + Stream.Plan.Disorder
        || (byTime || gap.Cause == "reset" || gap.After is null) && (gap.IsMissing || gap.Cause == "reset")
            && gap.From - Second - Stream.Plan.Disorder <= sent.Ts && sent.Ts <= gap.To + Second + Stream.Plan.Disorder);

    /// <summary>True when no event of its numbering was received before it, or none after it: ids do not show a loss at the start or end of a numbering.</summary>
    private bool IsAtEdge(WireEvent sent)
    {
        var places = Received.Select(delivery => delivery.Event!.Identity).Where(other => !other.IsOdd && other.Epoch == sent.Epoch).Select(other => other.Place).ToList();
        return !places.Exists(place => place < sent.Place) || !places.Exists(place => place > sent.Place);
    }

    /// <summary>True when another event with the same ids was received: one of them is wrong, and the ids do not show that there were two.</summary>
    public bool HasTwin(WireEvent sent) => Received.Exists(delivery => delivery.Event! != sent && (delivery.Event!.After, delivery.Event.UpTo) == (sent.After, sent.UpTo));
}
