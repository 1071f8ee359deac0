using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Deriving.Candles;

namespace Ingester.Tests.Deriving.Candles;

/// <summary>Which candles are finished, and how they are divided into objects.</summary>
public sealed class CandleDaysTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);
    private static readonly long Day = Micros.From(Midnight);
    private static readonly long Hour = Micros.From(TimeSpan.FromHours(1));

    [Fact]
    public void Day_that_later_candles_follow_covers_its_end_and_the_last_day_ends_with_its_last_candle()
    {
        var days = new CandleDays(new(Day + 3 * Hour, Day + 90 * Hour), Hour);
        Assert.Null(days.Add(At(5)));
        Assert.Null(days.Add(At(20)));
        var first = days.Add(At(50)); // nothing on the day between
        var last = days.Complete();
        Assert.Equal((new(Day + 3 * Hour, Day + 23 * Hour), 2), (first!.Span, first.Candles.Count));
        Assert.Equal((new(Day + 48 * Hour, Day + 50 * Hour), 1), (last!.Span, last.Candles.Count));
        Assert.Null(days.Complete());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4.999, 1)] // the candle from 23:00 is not finished yet
    [InlineData(5, 0)]
    [InlineData(3599, 0)]
    public void Candle_is_finished_five_seconds_after_its_end(double seconds, int earlier) =>
        Assert.Equal(Day - (1 + earlier) * Hour, CandleTimes.LastFinished(Midnight.AddSeconds(seconds), Hour));

    [Theory]
    [InlineData(0, 5)]
    [InlineData(2, 3)]
    [InlineData(5, 0)]
    [InlineData(3000, 0)]
    public void Run_at_the_full_hour_waits_for_the_candle_that_ended_then(int seconds, int wait) =>
        Assert.Equal(TimeSpan.FromSeconds(wait), CandleTimes.UntilFinished(Midnight.AddSeconds(seconds), Hour));

    [Fact]
    public void First_candle_is_the_one_at_or_after_a_time()
    {
        Assert.Equal(Day, CandleTimes.FirstAtOrAfter(Midnight, Hour));
        Assert.Equal(Day + Hour, CandleTimes.FirstAtOrAfter(Midnight.AddSeconds(1), Hour));
    }

    [Fact]
    public void Row_holds_what_the_exchange_returned_and_is_read_back()
    {
        var rows = new System.Buffers.ArrayBufferWriter<byte>();
        var full = At(1) with { QuoteVolume = "30.10", Trades = 7, BuyVolume = "12", BuyQuoteVolume = "18.2" };
        CandleRow.Append(rows, full);
        CandleRow.Append(rows, At(2));
        var lines = Encoding.UTF8.GetString(rows.WrittenSpan).Split('\n');
        Assert.Equal($$"""{"ts":{{Day + Hour}},"open":"1.0","high":"1.5","low":"0.50","close":"1","volume":"20","quoteVolume":"30.10","trades":7,"buyVolume":"12","buyQuoteVolume":"18.2"}""", lines[0]);
        Assert.Equal($$"""{"ts":{{Day + 2 * Hour}},"open":"1.0","high":"1.5","low":"0.50","close":"1","volume":"20"}""", lines[1]);
        Assert.Equal([full, At(2)], lines[..2].Select(line => CandleRow.Parse(Encoding.UTF8.GetBytes(line))));
        Assert.Throws<System.Text.Json.JsonException>(() => CandleRow.Parse("""{"ts":1}"""u8));
    }

    private static Candle At(int hour) => new(Day + hour * Hour, "1.0", "1.5", "0.50", "1", "20");
}
