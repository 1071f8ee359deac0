using Ingester.Checking;
using Ingester.Core.Sequencing;

namespace Ingester.Tests.Program.Checking;

/// <summary>How ids and times of a stream are counted.</summary>
public sealed class StreamOrderTests
{
    private readonly DatasetCounts counts = new();
    private readonly StreamOrder order = new();

    [Fact]
    public void Ids_that_continue_chain_and_others_jump_repeat_overlap_or_step_back()
    {
        foreach (var (after, upTo) in new[] { (0L, 10L), (10, 12), (20, 25), (20, 25), (22, 30), (3, 4), (30, 31) })
            order.Add(new SequenceRange(after, upTo), 1, counts);
        Assert.Equal((2, 1, 1, 1, 1), (counts.Chained, counts.Jumps, counts.Repeated, counts.Overlaps, counts.Backward));
    }

    [Fact]
    public void Events_without_ids_or_time_are_counted()
    {
        order.Add(null, 7, counts);
        order.Add(SequenceRange.One(1), null, counts);
        order.Add(SequenceRange.One(2), 6, counts);
        Assert.Equal((1, 1, 1, 1), (counts.WithoutIds, counts.WithoutTime, counts.TimeBack, counts.Chained));
    }

    [Fact]
    public void Counts_of_two_connections_are_added()
    {
        var other = new DatasetCounts { Events = 2, FirstAfter = TimeSpan.FromSeconds(1) };
        other.AddLag(3_000);
        other.AddLag(1_000);
        counts.AddLag(5_000);
        counts.Events = 1;
        counts.Add(other);
        Assert.Equal((3, TimeSpan.FromSeconds(1), 3.0), (counts.Events, counts.FirstAfter, counts.LagAt(0.5)));
        counts.Add(new() { FirstAfter = TimeSpan.FromSeconds(2) });
        Assert.Equal(TimeSpan.FromSeconds(1), counts.FirstAfter);
    }
}
