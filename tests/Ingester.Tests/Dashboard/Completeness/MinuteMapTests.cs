using Ingester.Dashboard.Completeness;
using Ingester.Dashboard.Completeness.Auditing;
using Ingester.Dashboard.Components;

namespace Ingester.Tests.Dashboard.Completeness;

/// <summary>Packed minutes are the minutes.</summary>
public sealed class MinuteMapTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Packed_minutes_are_unpacked_again(int seed)
    {
        var random = new Random(seed);
        var minutes = new DisplayState[random.Next(1, StreamDay.MinutesPerDay + 1)];
        for (int begin = 0, end; begin < minutes.Length; begin = end)
            minutes.AsSpan(begin, (end = Math.Min(minutes.Length, begin + random.Next(1, 90))) - begin).Fill(DisplayStates.All[random.Next(MinuteStates.Count)]);
        var map = new MinuteMap(minutes);
        var unpacked = new DisplayState[minutes.Length];
        map.CopyTo(unpacked);
        Assert.Equal(minutes, unpacked);
        Assert.All(DisplayStates.All, state => Assert.Equal(minutes.Count(minute => minute == state), map.Count(state)));
        Assert.Equal(minutes.Aggregate(MinuteStates.Combine), map.Combined);
    }

    [Fact]
    public void Complete_day_needs_few_bytes()
    {
        var minutes = new DisplayState[StreamDay.MinutesPerDay];
        Assert.Equal(45, new MinuteMap(minutes).PackedBytes);
    }

    [Fact]
    public void Quiet_minutes_do_not_hide_that_a_day_is_complete()
    {
        Assert.Equal(DisplayState.Complete, MinuteStates.Combine(DisplayState.Quiet, DisplayState.Complete));
        Assert.Equal(DisplayState.Quiet, MinuteStates.Combine(DisplayState.Quiet, DisplayState.NotExpected));
        Assert.Equal(DisplayState.Missing, MinuteStates.Combine(DisplayState.Missing, DisplayState.Disputed));
    }

    [Fact]
    public void Equal_minutes_are_one_run()
    {
        var runs = MinuteRun.Of([DisplayState.Complete, DisplayState.Complete, DisplayState.Missing, null]);
        Assert.Equal([new(DisplayState.Complete, 0, 2), new(DisplayState.Missing, 2, 3), new(null, 3, 4)], runs);
        Assert.Equal("24:00", MinuteRun.TimeOf(1_440));
        Assert.Equal(607, MinuteRun.ParseTime("10:07"));
        Assert.Null(MinuteRun.ParseTime("24:00"));
    }
}
