using Ingester.Core.Markets;
using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <summary>Makes the schedule of a seed: any combination of faults, from none to many at once.</summary>
internal static class ScheduleMaker
{
    private static readonly DateTime Base = new(2026, 11, 20, 11, 0, 0, DateTimeKind.Utc);

    /// <summary>Makes the schedule of a seed.</summary>
    public static Schedule Make(int seed)
    {
        var random = new Random(seed);
        var minute = random.Next(3) == 0 ? random.Next(54, 60) : random.Next(60);
        var streams = Streams(random);
        var plain = new Schedule
        {
            Seed = seed,
            Start = (long)(Base - DateTime.UnixEpoch).TotalMicroseconds + minute * Minute + random.NextInt64(Minute),
            Span = (5 + random.Next(4)) * Minute,
            Numbered = random.Next(2) == 0,
            Regroups = random.Next(4) == 0,
            TimedBooks = random.Next(2) == 0,
            Replayed = random.Next(3) == 0 ? random.Next(1, 4) : 0,
            Heartbeat = random.Next(4) == 0 ? 5 * Second : Second,
            Streams = streams,
            Replicas = Pick(random, 6, 3, 1) + 1,
            Windows = random.Next(10) switch { 0 => (1, 5), 1 => (2, 1), 2 => (5, 2), 3 => (2, 2), _ => (1, 1) },
        };
        if (random.Next(20) == 0)
            plain = plain with { PauseAt = random.NextInt64(plain.Span), Pause = Minute + random.NextInt64(100 * Minute) };
        return plain with { Faults = [.. Faults(random, plain)] };
    }

    private static List<StreamPlan> Streams(Random random)
    {
        var streams = new List<StreamPlan>();
        for (var market = random.Next(2); market >= 0; market--)
            foreach (var dataset in new[] { Dataset.Trades, Dataset.AggTrades, Dataset.Depth })
                if (random.Next(5) < 3)
                    streams.Add(Stream(random, market, dataset));
        if (streams.Count == 0)
            streams.Add(Stream(random, 0, (Dataset)random.Next(3)));
        return streams;
    }

    private static StreamPlan Stream(Random random, int market, Dataset dataset)
    {
        long[] gaps = [Second / 2, Second, 3 * Second, 10 * Second, 40 * Second];
        long[] disorders = [0, 0, Second / 10, 2 * Second];
        return new(market, dataset, gaps[Pick(random, 2, 4, 4, 2, 1)], disorders[random.Next(4)]);
    }

    /// <summary>A random index, weighted.</summary>
    private static int Pick(Random random, params ReadOnlySpan<int> weights)
    {
        var all = 0;
        foreach (var weight in weights)
            all += weight;
        var drawn = random.Next(all);
        for (var index = 0; ; index++)
            if ((drawn -= weights[index]) < 0)
                return index;
    }

    private static IEnumerable<Fault> Faults(Random random, Schedule schedule)
    {
        var kinds = Enum.GetValues<FaultKind>();
        switch (random.Next(10))
        {
            case 0:
                return [];
            case 1:
                return [Make(random, schedule, FaultKind.Swap)];
            case 2:
                return Enumerable.Range(0, random.Next(1, 4)).Select(_ => Make(random, schedule, FaultKind.Rotate)).OrderBy(fault => fault.At);
            case 3 or 4:
                return [Make(random, schedule, kinds[random.Next(kinds.Length)])];
            case 5:
                var kind = kinds[random.Next(kinds.Length)];
                return Enumerable.Range(0, random.Next(2, 12)).Select(_ => Make(random, schedule, kind));
            default:
                return Enumerable.Range(0, random.Next(2, 9)).Select(_ => Make(random, schedule, kinds[random.Next(kinds.Length)]));
        }
    }

    private static Fault Make(Random random, Schedule schedule, FaultKind kind)
    {
        var stream = kind == FaultKind.Remove ? random.Next(2) : random.Next(schedule.Streams.Count);
        var expected = (int)((schedule.Span + Truth.Before) / Math.Max(1, schedule.Streams[Math.Min(stream, schedule.Streams.Count - 1)].MeanGap)) + 1;
        var fault = new Fault(kind)
        {
            Replica = random.Next(schedule.Replicas),
            Stream = stream,
            Index = random.Next(expected),
            At = random.NextInt64(-5 * Second, schedule.Span),
        };
        return kind switch
        {
            FaultKind.WrongId or FaultKind.ExtraId => fault with { Amount = WrongBy(random) },
            FaultKind.WrongRun => fault with { Amount = WrongBy(random), Count = random.Next(2, 6) },
            FaultKind.Conflict or FaultKind.Repeat => fault with { Count = random.Next(4) == 0 ? random.Next(400) : random.Next(6) },
            FaultKind.Overlap => fault with { Amount = random.Next(1, 6) },
            FaultKind.WrongTime => fault with { Amount = WrongTime(random) },
            FaultKind.Reset => fault with
            {
                Amount = random.Next(4) switch { 0 => -random.Next(1, 20), 1 => -random.NextInt64(1_000_000), 2 => random.NextInt64(1, 5_000_000), _ => -random.Next(20, 400) },
                Length = random.Next(3) switch { 0 => 0, 1 => -random.NextInt64(90 * Second), _ => random.NextInt64(20 * Second) },
            },
            FaultKind.Shift => fault with
            {
                Amount = random.NextInt64(20, 80) * Second * (random.Next(2) * 2 - 1),
                Length = random.NextInt64(10 * Second, 4 * Minute),
            },
            FaultKind.Loss => fault with { Count = random.Next(3) == 0 ? random.Next(1, 60) : random.Next(1, 4) },
            FaultKind.Outage => fault with { Length = random.NextInt64(Second, 2 * Minute) },
            FaultKind.Duplicate or FaultKind.Delay => fault with
            {
                Length = random.Next(3) == 0 ? random.NextInt64(3 * Minute) : random.NextInt64(4 * Second),
                Count = kind == FaultKind.Duplicate ? random.Next(1, 8) : 1,
            },
            FaultKind.Garble => fault with { Amount = random.Next(4), Count = random.Next(5) == 0 ? random.Next(2, 30) : 1 },
            FaultKind.Garbage => fault with { Amount = random.Next(4), Count = random.Next(5) == 0 ? random.Next(2, 60) : 1 },
            FaultKind.Disconnect => fault with { Length = random.Next(3) == 0 ? random.NextInt64(2 * Minute) : random.NextInt64(3 * Second) },
            FaultKind.Rotate => fault with { Length = random.Next(3) switch { 0 => random.NextInt64(20 * Second), 1 => random.NextInt64(2 * Second), _ => -1 } },
            FaultKind.Restart or FaultKind.Kill => fault with { Length = random.NextInt64(Second, 90 * Second) },
            FaultKind.Clock => fault with { Amount = WrongClock(random), Length = random.NextInt64(5 * Second, 5 * Minute) },
            FaultKind.Remove => fault with { Length = random.NextInt64(Second, 2 * Minute) },
            _ => fault,
        };
    }

    private static long WrongBy(Random random) => random.Next(5) switch
    {
        0 => 5_000_000,
        1 => random.Next(2, 8),
        2 => -random.Next(1, 40),
        3 => -random.NextInt64(900_000),
        _ => random.Next(20, 400),
    };

    private static long WrongTime(Random random) => random.Next(6) switch
    {
        0 => 24 * 60 * Minute,
        1 => long.MinValue,
        2 => random.NextInt64(28 * Second),
        3 => random.NextInt64(35 * Second, 3 * Minute),
        4 => -random.NextInt64(10 * Second),
        _ => -random.NextInt64(10 * Minute),
    };

    private static long WrongClock(Random random) => random.Next(5) switch
    {
        0 => -40 * Second,
        1 => random.NextInt64(-28 * Second, 28 * Second),
        2 => random.NextInt64(31 * Second, 4 * Minute),
        3 => -random.NextInt64(31 * Second, 10 * Minute),
        _ => random.NextInt64(-24 * 60 * Minute, 24 * 60 * Minute),
    };
}
