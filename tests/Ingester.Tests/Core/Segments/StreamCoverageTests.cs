using Ingester.Core.Journals;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Core.Time;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Core.Segments;

/// <summary>The grade in the lines of a stream's coverage.</summary>
public sealed class StreamCoverageTests
{
    private static readonly Window Minute = new(SegmentSample.Midnight, 1);

    private readonly CollectingOutput output = new();

    [Theory]
    [InlineData((int)CoverageState.Whole, "chain", "\"state\":\"whole\",\"grade\":\"chain\",\"upload\":\"pending\"")]
    [InlineData((int)CoverageState.Held, "checksum-10", "\"state\":\"held\",\"grade\":\"checksum-10\",\"upload\":\"pending\"")]
    [InlineData((int)CoverageState.Whole, "none", "\"state\":\"whole\",\"upload\":\"pending\"")]
    [InlineData((int)CoverageState.Fragment, "chain", "\"state\":\"fragment\",\"upload\":\"pending\"")]
    public void Coverage_line_of_a_segment_that_is_or_may_become_whole_has_its_grade(int state, string grade, string says)
    {
        var coverage = new StreamCoverage(SegmentSample.Trades, output.Coverage);
        Assert.Contains(says, coverage.AddSegment(Segment(grade), (CoverageState)state).ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Held_window_has_its_grade_and_a_quiet_window_has_none()
    {
        var coverage = new StreamCoverage(SegmentSample.Trades, output.Coverage);
        coverage.Report(Minute, Segment("connection"), quiet: true, ConnectionQuality.None);
        coverage.Report(new(Minute.EndMicros, 1), held: null, quiet: true, ConnectionQuality.None);
        Assert.Equal([true, false], output.Journal.Select(row => row.Line.Contains("\"grade\":\"connection\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Segment_that_begins_again_has_no_grade()
    {
        var segment = Segment("chain");
        segment.Reuse(new(Minute.EndMicros, 1), proven: true);
        Assert.Equal(ProofGrade.None, segment.Grade);
    }

    private static OpenSegment Segment(string grade)
    {
        var segment = new OpenSegment(Minute, isStartProven: true) { Grade = ProofGrade.Parse(grade)!.Value };
        segment.Extend(new(7, 8), SegmentSample.Midnight);
        return segment;
    }
}
