using Ingester.Core.Telemetry;
using Ingester.Status;
using Ingester.Testing;

namespace Ingester.Tests.Program.Status;

/// <summary>Events per second on the status page.</summary>
public sealed class EventRatesTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly IngesterMeter meter = new();
    private readonly EventRates rates;

    public EventRatesTests() => rates = new(meter, ["binance", "kraken"], clock);

    public void Dispose() => meter.Dispose();

    [Fact]
    public void Rate_is_the_mean_of_the_last_ten_seconds_of_each_exchange()
    {
        for (var second = 0; second < 30; second++)
        {
            rates.Update();
            Receive("binance", second < 15 ? 1_000 : 100);
            Receive("kraken", 7);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(100, rates.PerSecond("binance"));
        Assert.Equal(7, rates.PerSecond("kraken"));
    }

    [Fact]
    public void Rate_falls_to_zero_when_nothing_is_received()
    {
        rates.Update();
        Receive("binance", 500);
        for (var second = 0; second < 12; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            rates.Update();
        }

        Assert.Equal(0, rates.PerSecond("binance"));
    }

    [Fact]
    public void Rate_of_the_first_second_is_not_known()
    {
        Assert.Equal(0, rates.PerSecond("binance"));
        rates.Update();
        Receive("binance", 500);
        clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(0, rates.PerSecond("binance"));
    }

    private void Receive(string exchange, long events) => meter.EventsRecorded.Add(events, IngesterMeter.ExchangeTag(exchange), IngesterMeter.DatasetTag("trades"));
}
