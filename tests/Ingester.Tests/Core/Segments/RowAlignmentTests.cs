using System.Text;
using Ingester.Core.Handovers;
using Ingester.Core.Rows;
using Ingester.Core.Time;

namespace Ingester.Tests.Core.Segments;

/// <summary>Two connections of a stream without a sequence: joined, no row is lost and none comes twice.</summary>
public sealed class RowAlignmentTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 1_000)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Alignment_of_random_rows_loses_and_duplicates_nothing(int seed)
    {
        var random = new Random(seed);
        var truth = Truth(random);
        var begin = random.Next(truth.Count); // where the newer connection begins
        var cut = random.Next(begin, truth.Count + 1); // where the older one ends
        var (older, newer) = (truth[..cut], truth[begin..]);
        var run = new Run();
        var bias = random.Next(1, 100); // who is faster
        while (older.Count > 0)
            if (newer.Count > 0 && random.Next(100) < bias)
                run.Newer(Shift(newer));
            else
                run.Older(Shift(older));
        Assert.NotEqual(AlignmentState.Failed, run.Join.State); // the connections do say the same
        if (run.Join.State == AlignmentState.Aligned)
        {
            foreach (var row in newer)
                run.Newer(row);
            Assert.Equal(truth.Select(Text), run.Recorded.Select(Text));
        }
        else
        {
            Assert.Equal(truth[..cut].Select(Text), run.Recorded.Select(Text));
            Assert.Equal(truth[begin..].Select(Text), run.Join.Held.Concat(newer).Select(Text)); // nothing is lost, and nothing claimed
        }
    }

    [Fact]
    public void Most_random_streams_with_times_that_rise_are_joined()
    {
        var joined = 0;
        for (var seed = 1; seed <= 100; seed++)
        {
            var run = new Run();
            var random = new Random(seed);
            var truth = Enumerable.Range(0, 40).Select(i => Row(i * 10, random.Next(5))).ToList();
            foreach (var row in truth.Take(20))
                run.Older(row);
            foreach (var row in truth.Skip(12).Take(10))
                run.Newer(row);
            foreach (var row in truth.Skip(20).Take(4))
                run.Older(row);
            joined += run.Join.State == AlignmentState.Aligned ? 1 : 0;
        }

        Assert.Equal(100, joined);
    }

    [Fact]
    public void Two_equal_rows_are_no_joint_and_three_are()
    {
        var run = new Run();
        foreach (var micros in new[] { 10, 20, 30 })
            run.Older(Row(micros, 1));
        run.Newer(Row(20, 1));
        run.Newer(Row(30, 1));
        Assert.Equal(AlignmentState.Pending, run.Join.State);
        run.Older(Row(40, 1));
        run.Newer(Row(40, 1));
        Assert.Equal(AlignmentState.Aligned, run.Join.State);
        Assert.Equal(4, run.Recorded.Count);
    }

    [Fact]
    public void Rows_that_fit_in_more_than_one_way_are_no_alignment()
    {
        var run = new Run();
        for (var i = 0; i < 6; i++)
            run.Older(Row(10, 1));
        run.Older(Row(20, 1));
        for (var i = 0; i < 4; i++)
            run.Newer(Row(10, 1));
        Assert.Equal(AlignmentState.Pending, run.Join.State);
        run.Newer(Row(20, 1));
        Assert.Equal(AlignmentState.Aligned, run.Join.State); // the end of the run tells which of the equal rows it were
        Assert.Equal(7, run.Recorded.Count);
    }

    [Fact]
    public void Rows_of_a_single_time_are_no_alignment_because_they_could_be_repeated()
    {
        var run = new Run();
        foreach (var text in new[] { 1, 2, 3 })
            run.Older(Row(10, text));
        foreach (var text in new[] { 1, 2, 3 })
            run.Newer(Row(10, text));
        Assert.Equal(AlignmentState.Pending, run.Join.State);
    }

    [Fact]
    public void Rows_that_differ_between_connections_after_the_alignment_are_detected()
    {
        var run = new Run();
        foreach (var micros in new[] { 10, 20, 30 })
            run.Older(Row(micros, 1));
        foreach (var micros in new[] { 10, 20, 30 })
            run.Newer(Row(micros, 1));
        Assert.Equal(AlignmentState.Aligned, run.Join.State);
        run.Older(Row(40, 1));
        run.Newer(Row(50, 1));
        Assert.Equal(AlignmentState.Failed, run.Join.State);
        Assert.Equal(5, run.Recorded.Count);
    }

    [Fact]
    public void More_rows_than_are_remembered_are_no_joint()
    {
        var run = new Run();
        for (var i = 0; i <= RowAlignment.MaxRows; i++)
            run.Newer(Row(10 + i, 1));
        Assert.Equal((AlignmentState.Failed, true), (run.Join.State, run.Join.HasOverflowed));
    }

    /// <summary>Few different rows, times that often stand still: as ambiguous as a stream can be.</summary>
    private static List<EventRow> Truth(Random random)
    {
        var (rows, micros) = (new List<EventRow>(), 0L);
        var (words, still) = (random.Next(1, 4), random.Next(0, 90));
        for (var count = random.Next(2, 40); count > 0; count--)
        {
            micros += random.Next(100) < still ? 0 : 1;
            rows.Add(Row(micros, random.Next(words)));
        }

        return rows;
    }

    private static EventRow Row(long micros, int word) => new(null, new(micros, TimeMark.None, micros, IsConfirmed: true), false, Encoding.UTF8.GetBytes($"{micros} {word}\n"), (ulong)word);

    private static string Text(EventRow row) => Encoding.UTF8.GetString(row.Text);

    private static EventRow Shift(List<EventRow> rows)
    {
        var first = rows[0];
        rows.RemoveAt(0);
        return first;
    }

    private sealed class Run
    {
        public RowAlignment Join { get; } = new();

        public List<EventRow> Recorded { get; } = [];

        public void Older(EventRow row) => Take(row, fromNewer: false);

        public void Newer(EventRow row) => Take(row, fromNewer: true);

        private void Take(EventRow row, bool fromNewer)
        {
            var before = Join.State;
            if (Join.Accept(row, fromNewer))
                Recorded.Add(row);
            if (before == AlignmentState.Pending && Join.State == AlignmentState.Aligned)
                Recorded.AddRange(Join.ReleaseHeld());
        }
    }
}
