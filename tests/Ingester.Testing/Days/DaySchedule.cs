using Ingester.Core.Markets;
using Ingester.Testing.Model;
using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Days;

/// <summary>
/// The schedule of two replicas that record over midnight: events that neither receives, events that one loses, late and repeated events, rotations, lost connections,
/// an outage of the exchange, and a replica that is stopped for a sixth of the time.
/// </summary>
internal static class DaySchedule
{
    /// <summary>The midnight, microseconds UTC.</summary>
    public static long Midnight { get; } = (long)(new DateTime(2026, 11, 21, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).TotalMicroseconds;

    /// <summary>Makes a schedule.</summary>
    /// <param name="minutes">Its duration; half an hour of it, but at most half of it, is before midnight.</param>
    /// <param name="seed">The seed of all events and faults.</param>
    public static Schedule Make(int minutes, int seed)
    {
        var schedule = new Schedule
        {
            Seed = seed,
            Start = Midnight - Math.Min(30, minutes / 2) * Minute,
            Span = minutes * Minute,
            Numbered = true,
            Streams =
            [
                new(0, Dataset.Trades, Second, 0), new(0, Dataset.Depth, 5 * Second, 0),
                new(1, Dataset.Trades, 40 * Second, 0), new(1, Dataset.Depth, 10 * Second, 0),
            ],
            Replicas = 2,
        };
        return schedule with { Faults = [.. Faults(new(seed), schedule, Math.Max(2, minutes / 10))] };
    }

    private static IEnumerable<Fault> Faults(Random random, Schedule schedule, int count)
    {
        int Stream() => random.Next(schedule.Streams.Count);
        int Index(int stream) => random.Next((int)(schedule.Span / schedule.Streams[stream].MeanGap));
        for (var number = 0; number < count; number++)
        {
            var stream = Stream();
            var lost = new Fault(FaultKind.Loss) { Stream = stream, Index = Index(stream), Count = random.Next(1, 20) };
            foreach (var replica in new[] { 0, 1 }) // events that neither replica receives
                yield return lost with { Replica = replica };
            stream = Stream();
            yield return new(FaultKind.Loss) { Replica = random.Next(2), Stream = stream, Index = Index(stream), Count = random.Next(1, 60) };
            stream = Stream();
            var late = new Fault(FaultKind.Delay) { Replica = 0, Stream = stream, Index = Index(stream), Length = random.NextInt64(20 * Second, 3 * Minute) };
            yield return late; // the other replica never receives it
            yield return late with { Kind = FaultKind.Loss, Replica = 1, Length = 0 };
            stream = Stream();
            yield return new(FaultKind.Duplicate) { Replica = random.Next(2), Stream = stream, Index = Index(stream), Length = random.NextInt64(4 * Second), Count = 5 };
            foreach (var replica in new[] { 0, 1 })
            {
                yield return new(FaultKind.Rotate) { Replica = replica, At = random.NextInt64(schedule.Span), Length = -1 };
                yield return new(FaultKind.Disconnect) { Replica = replica, At = random.NextInt64(schedule.Span), Length = random.NextInt64(90 * Second) };
            }
        }

        for (var number = 0; number < Math.Max(1, count / 6); number++)
        {
            var outage = new Fault(FaultKind.Outage) { At = random.NextInt64(schedule.Span), Length = random.NextInt64(20 * Second, 90 * Second) };
            foreach (var replica in new[] { 0, 1 })
                yield return outage with { Replica = replica };
        }

        yield return new(FaultKind.Kill) { Replica = 1, At = schedule.Span / 3, Length = schedule.Span / 6 };
        yield return new(FaultKind.Restart) { Replica = 0, At = schedule.Span * 2 / 3, Length = 30 * Second };
    }
}
