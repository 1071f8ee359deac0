using System.Text;
using Ingester.Core.Recordings;
using Ingester.Exchanges;
using Ingester.Importing;
using Ingester.Testing.Importing;

namespace Ingester.Tests.Program.Importing;

public sealed class ReceiveTimeEstimatorTests
{
    private const long Second = 1_000_000;
    private readonly ReceiveTimeEstimator times = new(ExchangeCatalog.Find("binance")!);

    [Fact]
    public void Clock_has_the_time_of_a_frame_before_it_is_recorded_and_is_monotonic() =>
        Assert.Equal([100, 101, 102, 103, 104, 104, 106, 107], Read([100, 101, 102, 103, 105, 104, 106, 107]));

    [Fact]
    public void One_time_that_is_far_too_late_does_not_move_the_clock() =>
        Assert.Equal([100, 101, 103, 103, 104, 105, 106], Read([100, 101, 90_000, 103, 104, 105, 106]));

    [Fact]
    public void Nor_does_it_at_the_end_of_a_batch_where_a_pause_of_minutes_is_believed()
    {
        Assert.Equal([100, 101, 400, 400], Read([100, 101, 400, 90_000]));
        Assert.Equal([90_000, 90_001, 90_002], Read([90_000, 90_001, 90_002]));
    }


    [Fact]
    public void First_frame_of_all_may_be_the_one_whose_time_is_too_late() => Assert.Equal(101, Read([90_000, 101, 102])[0]);

    [Fact]
    public void Frames_without_a_time_keep_the_clock_where_it_is()
    {
        times.ReadBatch([Frame(100), Frame(101), new(null, 0, RecordedFrameKind.Text, "garbage"u8.ToArray()), Frame(102), Frame(103)]);
        Assert.Equal([100, 101, 102], new[] { times.ClockAt(0), times.ClockAt(1), times.ClockAt(2) }.Select(time => time / Second));
    }

    [Fact]
    public void Recording_of_one_frame_has_its_time() => Assert.Equal([100], Read([100]));

    [Fact]
    public void Recording_without_any_time_has_none()
    {
        times.ReadBatch([new(null, 0, RecordedFrameKind.Text, "garbage"u8.ToArray())]);
        Assert.Null(times.ClockAt(0));
    }

    private List<long?> Read(long[] seconds)
    {
        times.ReadBatch([.. seconds.Select(Frame)]);
        return [.. seconds.Select((_, index) => times.ClockAt(index) / Second)];
    }

    private static RecordedFrame Frame(long second) => new(null, 0, RecordedFrameKind.Text, Encoding.UTF8.GetBytes(ImportFrames.Trade("BTCUSDT", second, second * Second)));
}
