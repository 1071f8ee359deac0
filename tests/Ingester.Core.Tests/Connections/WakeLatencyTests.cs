using Ingester.Core.Connections;
using Ingester.Core.Tests.Storage;

namespace Ingester.Core.Tests.Connections;

public sealed class WakeLatencyTests : IDisposable
{
    private const double Second = 1_000_000;

    private readonly TemporaryDirectory directory = new();

    private string Device => Path.Combine(directory.Path, "cpu_dma_latency");

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Few_frames_ask_for_nothing()
    {
        File.WriteAllBytes(Device, []);
        using var latency = new WakeLatency(Device);
        latency.After(0, manyCome: false);
        Assert.False(latency.IsHeld);
        Assert.Empty(File.ReadAllBytes(Device));
    }

    [Fact]
    public void Many_frames_ask_for_no_delay_at_all()
    {
        File.WriteAllBytes(Device, []);
        using var latency = new WakeLatency(Device);
        latency.After(0, manyCome: true);
        Assert.True(latency.IsHeld);
        Assert.Equal(new byte[4], File.ReadAllBytes(Device)); // a number of 32 bits: zero microseconds
    }

    [Fact]
    public void It_is_asked_until_none_came_for_ten_seconds_and_then_anew()
    {
        File.WriteAllBytes(Device, []);
        using var latency = new WakeLatency(Device);
        latency.After(0, manyCome: true);
        latency.After(9 * Second, manyCome: true);
        latency.After(18 * Second, manyCome: false);
        Assert.True(latency.IsHeld);
        latency.After(20 * Second, manyCome: false);
        Assert.False(latency.IsHeld);
        latency.After(30 * Second, manyCome: true);
        Assert.True(latency.IsHeld);
    }

    [Fact]
    public void Where_the_system_refuses_it_is_not_asked_again()
    {
        using var latency = new WakeLatency(Device);
        latency.After(0, manyCome: true);
        Assert.False(latency.IsHeld);
        File.WriteAllBytes(Device, []);
        latency.After(Second, manyCome: true);
        Assert.False(latency.IsHeld);
    }
}
