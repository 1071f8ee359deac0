using Ingester.Core.Time;

namespace Ingester.Tests.Core.Time;

public sealed class ClockOffsetEstimatorTests
{
    private const long Second = 1_000_000;
    private const long T0 = 1_761_350_400_000_000;

    private readonly ClockOffsetEstimator estimator = new();

    [Fact]
    public void Many_dates_of_whole_seconds_give_the_offset_to_some_milliseconds()
    {
        var random = new Random(1);
        for (var number = 0; number < 400; number++)
            Respond("a", ahead: -1_234_567, T0 + number * Second + random.Next(1_000_000), travel: random.Next(2_000, 60_000));
        var estimate = estimator.Estimate()!.Value;
        Assert.InRange(estimate.Micros, -1_234_567 - estimate.ErrorMicros, -1_234_567 + estimate.ErrorMicros);
        Assert.InRange(estimate.ErrorMicros, 1, 20_000);
        Assert.Equal(400, estimate.Samples);
    }

    [Fact]
    public void One_date_gives_half_a_second_and_none_gives_no_estimate()
    {
        Assert.Null(estimator.Estimate());
        Respond("a", ahead: 0, T0, travel: 0);
        Assert.Equal((500_000, 1), (estimator.Estimate()!.Value.ErrorMicros, estimator.Estimate()!.Value.Samples));
    }

    [Fact]
    public void Clock_that_was_set_has_the_new_offset_and_old_dates_are_forgotten()
    {
        Respond("a", ahead: 0, T0, travel: 1_000);
        Respond("a", ahead: 90 * Second, T0 + Second, travel: 1_000);
        Assert.InRange(estimator.Estimate()!.Value.Micros, 89 * Second, 91 * Second);
        for (var minute = 1; minute < 60; minute++)
            Respond("a", ahead: 90 * Second, T0 + minute * 60 * Second + minute * 7_919, travel: 1_000);
        Assert.InRange(estimator.Estimate()!.Value.Samples, 10, 21);
    }

    [Fact]
    public void One_server_with_a_wrong_clock_does_not_matter()
    {
        Respond("a", ahead: 0, T0, travel: 0);
        Respond("b", ahead: 500 * Second, T0, travel: 0);
        Respond("c", ahead: 0, T0, travel: 0);
        Assert.InRange(estimator.Estimate()!.Value.Micros, -Second, Second);
    }

    /// <summary>A response of a server whose clock is right.</summary>
    /// <param name="server">Its name.</param>
    /// <param name="ahead">How far the local clock is ahead of it.</param>
    /// <param name="micros">Its time when it responds.</param>
    /// <param name="travel">The time that the request, and that the response, travels.</param>
    private void Respond(string server, long ahead, long micros, long travel) =>
        estimator.Observe(server, micros + ahead - travel, micros + ahead + travel, micros / Second * Second);
}
