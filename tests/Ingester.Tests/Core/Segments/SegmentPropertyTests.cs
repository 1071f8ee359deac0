using System.Text.Json;
using Ingester.Core.Sequencing;
using static Ingester.Tests.Core.Segments.StreamRig;

namespace Ingester.Tests.Core.Segments;

/// <summary>Whatever happens to a stream on its way, its segments partition what came and its gaps are what was removed.</summary>
public sealed class SegmentPropertyTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Segments_partition_the_received_events_and_gaps_are_the_removed_ones(int seed)
    {
        var random = new Random(seed);
        var truth = Truth(random);
        var came = truth.Where(_ => random.Next(100) >= 2).ToList();
        using var rig = new StreamRig();
        foreach (var sent in came)
        {
            rig.Trade(sent.Id, sent.Micros);
            if (random.Next(20) == 0)
                rig.Recorder.Interrupted();
            for (var repeats = random.Next(3) / 2; repeats > 0; repeats--)
            {
                var again = came[Math.Max(0, came.IndexOf(sent) - random.Next(200))];
                rig.Trade(again.Id, again.Micros);
            }
        }

        rig.Close();
        Assert.Equal(came.Select(sent => sent.Id), Ids(rig).Order());
        AssertGapsHold(came, Missing(rig));
        AssertWholeIsWhole(rig, truth);
        AssertRangesHoldTheirRows(rig);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Events_that_change_places_are_all_there_and_close_the_gaps_that_they_opened(int seed)
    {
        var random = new Random(seed);
        var truth = Truth(random);
        var came = truth.ToList();
        for (var i = 1; i + 1 < came.Count; i++)
            if (random.Next(25) == 0)
                (came[i], came[i + 1]) = (came[i + 1], came[i]);
        using var rig = new StreamRig();
        foreach (var sent in came)
            rig.Trade(sent.Id, sent.Micros);
        rig.Close();
        var recorded = Ids(rig).Order().ToList();
        Assert.Equal(truth.Select(sent => sent.Id), recorded);
        Assert.Equal(Missing(rig, "skip").Sum(gap => gap.Length), Missing(rig, "late").Sum(gap => gap.Length));
        AssertWholeIsWhole(rig, truth);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Two_replicas_that_start_and_stop_anywhere_agree_on_every_whole_segment(int seed)
    {
        var random = new Random(seed);
        var truth = Truth(random);
        using var first = new StreamRig();
        using var second = new StreamRig();
        Feed(first, truth);
        Feed(second, truth.Skip(random.Next(truth.Count)).Take(random.Next(truth.Count)));
        var byName = first.Output.Whole.ToDictionary(s => (s.Segment.Window, s.Segment.Range), s => s.Rows);
        foreach (var (segment, rows) in second.Output.Whole)
            Assert.Equal(byName[(segment.Window, segment.Range)], rows);
        var fragments = second.Output.Segments.Where(s => !s.Segment.IsWhole && byName.ContainsKey((s.Segment.Window, s.Segment.Range)));
        Assert.All(fragments, fragment => Assert.Equal(byName[(fragment.Segment.Window, fragment.Segment.Range)], fragment.Rows));
    }

    private static void Feed(StreamRig rig, IEnumerable<(long Id, long Micros)> events)
    {
        foreach (var sent in events)
            rig.Trade(sent.Id, sent.Micros);
        rig.Close();
    }

    /// <summary>Ids that count by one; times that mostly rise, sometimes step back a little, and now and then leave windows empty.</summary>
    private static List<(long Id, long Micros)> Truth(Random random)
    {
        var list = new List<(long, long)>();
        long id = random.Next(1_000_000), micros = T0 + random.NextInt64(Minute);
        for (var count = 200 + random.Next(200); count > 0; count--)
        {
            micros += random.Next(50) == 0 ? random.NextInt64(3 * Minute) : random.NextInt64(4 * Second);
            list.Add((++id, micros - (random.Next(30) == 0 ? random.NextInt64(Second) : 0)));
        }

        return list;
    }

    private static IEnumerable<long> Ids(StreamRig rig) =>
        rig.Output.Segments.SelectMany(s => s.Rows.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Select(row => long.Parse(JsonDocument.Parse(row).RootElement.GetProperty("id").GetString()!));

    private static List<SequenceRange> Removed(List<(long Id, long Micros)> came) =>
        [.. came.Zip(came.Skip(1)).Where(pair => pair.Second.Id != pair.First.Id + 1).Select(pair => new SequenceRange(pair.First.Id, pair.Second.Id - 1))];

    /// <summary>What was removed is reported; and nothing else but single events between gaps, which may have a wrong id.</summary>
    private static void AssertGapsHold(List<(long Id, long Micros)> came, List<SequenceRange> reported)
    {
        var ids = came.Select(sent => sent.Id).ToHashSet();
        Assert.All(Removed(came), removed => Assert.Contains(reported, gap => gap.After <= removed.After && removed.UpTo <= gap.UpTo));
        foreach (var gap in reported)
            for (var id = gap.After + 1; id <= gap.UpTo; id++)
                Assert.False(ids.Contains(id) && (ids.Contains(id - 1) || ids.Contains(id + 1)));
    }

    private static List<SequenceRange> Missing(StreamRig rig, string? cause = null) =>
        [.. rig.Gaps.Select(row => JsonDocument.Parse(row).RootElement)
            .Where(row => cause is null || row.GetProperty("cause").GetString() == cause)
            .Select(row => new SequenceRange(row.GetProperty("after").GetInt64(), row.GetProperty("upto").GetInt64()))];

    /// <summary>A whole segment holds every event whose window it is, by the rule that windows only move forward.</summary>
    private static void AssertWholeIsWhole(StreamRig rig, List<(long Id, long Micros)> truth)
    {
        long top = 0;
        var byWindow = truth.ToLookup(sent => top = Math.Max(top, sent.Micros / Minute * Minute), sent => sent.Id);
        foreach (var (segment, rows) in rig.Output.Whole)
        {
            var expected = byWindow[segment.Window.StartMicros].ToList();
            Assert.Equal(new SequenceRange(expected[0] - 1, expected[^1]), segment.Range);
            Assert.Equal(expected.Count, rows.Count(c => c == '\n'));
        }
    }

    private static void AssertRangesHoldTheirRows(StreamRig rig)
    {
        foreach (var (segment, rows) in rig.Output.Segments)
            Assert.Equal(segment.Range!.Value.Length, rows.Count(c => c == '\n'));
    }
}
