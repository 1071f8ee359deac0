using System.Text;

namespace Ingester.Testing.Model;

/// <summary>Runs a schedule and checks the result. A failing schedule is reduced to the smallest one that still fails.</summary>
internal static class ModelRun
{
    /// <summary>The faults of the recorder in the schedule of a seed; empty for none.</summary>
    public static IReadOnlyList<string> Find(int seed) => Find(ScheduleMaker.Make(seed));

    /// <summary>A fault of the recorder in the schedule of a seed, with the reduced schedule that shows it; null for none.</summary>
    public static string? Check(int seed)
    {
        var faults = Find(seed);
        return faults.Count == 0 ? null : Explain(seed, faults[0]);
    }

    /// <summary>A failure with the smallest schedule that still shows it.</summary>
    public static string Explain(int seed, string fault)
    {
        var kind = KindOf(fault);
        var least = Shrink(ScheduleMaker.Make(seed), kind);
        var text = new StringBuilder();
        text.AppendLine($"seed {seed}: {fault}");
        text.Append($"The least schedule that fails: {least}");
        foreach (var wrong in Find(least).Where(wrong => KindOf(wrong) == kind).Take(1))
            text.AppendLine($"  wrong: {wrong}");
        return text.ToString();
    }

    /// <summary>A failure without its numbers and names, which identifies the kind of failure.</summary>
    public static string KindOf(string fault) => string.Join(' ', fault.Split(' ').Where(word => word.Length > 1 && !word.AsSpan().ContainsAnyInRange('0', '9')));

    /// <summary>The faults of the recorder; an exception that it throws is one of them.</summary>
    private static IReadOnlyList<string> Find(Schedule schedule)
    {
        try
        {
            var (truth, runs) = Run(schedule);
            return Oracle.Judge(truth, runs);
        }
        catch (Exception thrown) // any exception of the recorder is a finding
        {
            return [$"{thrown.GetType().Name}: {thrown.Message} {thrown.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Ingester", StringComparison.Ordinal))?.Trim()}"];
        }
    }

    private static (Truth Truth, List<ReplicaRun> Runs) Run(Schedule schedule)
    {
        var truth = new Truth(schedule);
        var runs = new List<ReplicaRun>();
        for (var replica = 0; replica < schedule.Replicas; replica++)
        {
            var run = new ReplicaRun(truth, replica);
            run.Run();
            runs.Add(run);
        }

        return (truth, runs);
    }

    private static Schedule Shrink(Schedule schedule, string kind)
    {
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var smaller in Smaller(schedule))
                if (Find(smaller).Any(wrong => KindOf(wrong) == kind))
                {
                    (schedule, changed) = (smaller, true);
                    break;
                }
        }

        return schedule;
    }

    private static IEnumerable<Schedule> Smaller(Schedule schedule)
    {
        for (var half = schedule.Faults.Count / 2; half >= 1; half /= 2)
            for (var at = 0; at + half <= schedule.Faults.Count; at += half)
                yield return schedule with { Faults = [.. schedule.Faults.Take(at), .. schedule.Faults.Skip(at + half)] };
        if (schedule.Replicas > 1)
            yield return schedule with { Replicas = schedule.Replicas - 1 };
        if (schedule.Pause > 0)
            yield return schedule with { Pause = 0 };
        if (schedule.Replayed > 0)
            yield return schedule with { Replayed = 0 };
        if (schedule.Windows != (1, 1))
            yield return schedule with { Windows = (1, 1) };
        if (schedule.Streams.Count > 1) // only the last stream is removed, so that the numbers of the others do not change
            yield return schedule with { Streams = [.. schedule.Streams.SkipLast(1)], Faults = [.. schedule.Faults.Where(fault => fault.Stream < schedule.Streams.Count - 1 || !fault.AtEvent)] };
        if (schedule.Span > 2 * Schedule.Minute)
            yield return schedule with { Span = schedule.Span - Schedule.Minute };
        foreach (var (index, fault) in schedule.Faults.Index())
            if (fault.Count > 1)
                yield return schedule with { Faults = [.. schedule.Faults.Select((known, at) => at == index ? fault with { Count = fault.Count / 2 } : known)] };
    }
}
