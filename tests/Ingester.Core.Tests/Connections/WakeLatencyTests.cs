using Ingester.Core.Connections;
using Ingester.Core.Tests.Storage;

namespace Ingester.Core.Tests.Connections;

public sealed class WakeLatencyTests : IDisposable
{
    private const double Second = 1_000_000;
    private const int Many = 20;
    private const int Few = 1;

    private readonly TemporaryDirectory directory = new();
    private double now;

    private string Device => Path.Combine(directory.Path, "cpu_dma_latency");

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Few_frames_ask_for_nothing()
    {
        File.WriteAllBytes(Device, []);
        using var latency = new WakeLatency(Device);
        Pass(latency, seconds: 20, Few);
        Assert.False(latency.IsHeld);
        Assert.Empty(File.ReadAllBytes(Device));
    }

    [Fact]
    public void A_burst_of_less_than_a_second_asks_for_nothing()
    {
        File.WriteAllBytes(Device, []);
        using var latency = new WakeLatency(Device);
        Pass(latency, seconds: 5, Few);
        Pass(latency, seconds: 0.1, Many);
        Pass(latency, seconds: 5, Few);
        latency.After(now += 5 * Second, Many); // after a silence
        Assert.False(latency.IsHeld);
    }

    [Fact]
    public void Many_frames_ask_for_no_delay_at_all()
    {
        File.WriteAllBytes(Device, []);
        using var latency = new WakeLatency(Device);
        Pass(latency, seconds: 2, Many);
        Assert.True(latency.IsHeld);
        Assert.Equal(new byte[4], File.ReadAllBytes(Device)); // a number of 32 bits: zero microseconds
    }

    [Fact]
    public void It_is_asked_until_many_came_in_none_of_ten_seconds_and_then_anew()
    {
        File.WriteAllBytes(Device, []);
        using var latency = new WakeLatency(Device);
        Pass(latency, seconds: 2, Many);
        for (var second = 0; second < 8; second++)
            latency.After(now += Second, 0);
        Assert.True(latency.IsHeld);
        for (var second = 0; second < 4; second++)
            latency.After(now += Second, 0);
        Assert.False(latency.IsHeld);
        Pass(latency, seconds: 2, Many);
        Assert.True(latency.IsHeld);
    }

    [Fact]
    public void Where_the_system_refuses_it_is_not_asked_again()
    {
        using var latency = new WakeLatency(Device);
        Pass(latency, seconds: 2, Many);
        Assert.False(latency.IsHeld);
        File.WriteAllBytes(Device, []);
        Pass(latency, seconds: 2, Many);
        Assert.False(latency.IsHeld);
    }

    /// <summary>A wake-up every millisecond.</summary>
    private void Pass(WakeLatency latency, double seconds, int ready)
    {
        for (var end = now + seconds * Second; now < end;)
            latency.After(now += 1_000, ready);
    }
}
