using Ingester.Core.Markets;
using static Ingester.Testing.Model.RecorderTiming;

namespace Ingester.Testing.Model;

/// <summary>
/// Compares what a replica stored with what the exchange sent and the replica received. It does not use the recorder's code: only keys, rows and
/// journals on one side, the schedule on the other.
/// </summary>
internal sealed class Oracle
{
    private readonly Truth truth;
    private readonly Schedule schedule;
    private readonly ReplicaRun run;
    private readonly StoredOutput output;
    private readonly List<string> faults = [];

    private Oracle(Truth truth, ReplicaRun run)
    {
        (this.truth, schedule, this.run) = (truth, truth.Schedule, run);
        output = new(truth, run);
    }

    /// <summary>Describes the faults of the recorder, one sentence each; empty for none.</summary>
    public static IReadOnlyList<string> Judge(Truth truth, IReadOnlyList<ReplicaRun> runs)
    {
        var oracles = runs.Select(run => new Oracle(truth, run)).ToList();
        foreach (var oracle in oracles)
            oracle.Judge();
        return [.. oracles.SelectMany(oracle => oracle.faults), .. Between(oracles)];
    }

    private void Judge()
    {
        foreach (var process in run.Processes)
        {
            CheckQuarantine(process);
            var received = new ProcessView(truth, process);
            foreach (var stream in truth.Streams)
            {
                var view = new StreamView(output, received, stream, AddFault);
                var (rows, windows) = (new StoredRowCheck(view), new WholeWindowCheck(view));
                rows.CheckRows();
                rows.CheckStored();
                windows.CheckWhole();
                windows.CheckQuiet();
                new MissingEventCheck(view).CheckMissing();
                new LivenessCheck(view).CheckLiveness();
            }
        }
    }

    private void CheckQuarantine(ModelProcess process)
    {
        var expected = process.Deliveries.Count(delivery => delivery.Kind == DeliveryKind.Undecodable);
        var stored = run.Output.Journal.Count(line => line.Dataset == Dataset.Quarantine && line.Process == process.Number);
        if (stored != expected)
            AddFault($"process {process.Number}: {expected} frames could not be decoded, {stored} are quarantined");
    }

    /// <summary>Checks streams whose ids chain: equal keys have equal bytes, and no event is in two different whole objects.</summary>
    private static IEnumerable<string> Between(List<Oracle> oracles)
    {
        var whole = oracles.SelectMany(oracle => oracle.output.Segments.Where(segment => segment is { Whole: true, Stream: { Chains: true, Merged.Count: 0 } }).Select(segment => (oracle.run.Number, Segment: segment)));
        foreach (var stream in whole.GroupBy(one => one.Segment.Stream))
        {
            var byEvent = new Dictionary<WireEvent, (int Replica, StoredSegment Segment)>();
            foreach (var (replica, segment) in stream)
                foreach (var row in segment.Rows)
                    if (row.Event is { } sent && !byEvent.TryAdd(sent, (replica, segment)) && byEvent[sent] is var other
                        && (other.Segment.Object.Key != segment.Object.Key || !other.Segment.Object.Rows.SequenceEqual(segment.Object.Rows))
                        && (other.Replica == replica || !stream.Key.Sent.Exists(late => late.TimeIsOdd))
                        && !oracles[replica].BeganAfterSetBack(segment) && !oracles[other.Replica].BeganAfterSetBack(other.Segment))
                    {
                        yield return $"{stream.Key}: {sent} is in two whole objects: {other.Segment.Object.Key} of replica {other.Replica}, {segment.Object.Key} of replica {replica}";
                        yield break;
                    }
        }
    }

    /// <summary>True when the exchange's clock passed a window twice and the process that stored the object started in between: it cannot know of the first pass.</summary>
    private bool BeganAfterSetBack(StoredSegment segment)
    {
        var process = run.Processes.Find(process => process.Number == segment.Object.Process);
        var began = process?.Deliveries.Count > 0 ? process.Deliveries[0].True : long.MaxValue;
        foreach (var shift in schedule.Faults.Where(fault => fault.Kind == FaultKind.Shift))
        {
            var at = truth.When(shift) + (shift.Amount < 0 ? 0 : shift.Length);
            var (first, second) = shift.Amount < 0 ? (at, at + shift.Amount) : (at + shift.Amount, at);
            if (segment.Start - Settle <= first && segment.End + Grace >= second && began > at - Settle - 2 * schedule.Heartbeat)
                return true;
        }

        return false;
    }

    private void AddFault(string text) => faults.Add($"replica {run.Number}, {text}");
}
