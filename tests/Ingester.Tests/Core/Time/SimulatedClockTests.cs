using Ingester.Core.Time;
using Ingester.Testing;

namespace Ingester.Tests.Core.Time;

public sealed class SimulatedClockTests
{
    [Fact]
    public void Clock_runs_at_its_rate_and_jumps_once()
    {
        var real = new ManualClock();
        var epoch = real.GetUtcNow();
        var clock = new SimulatedClock(new() { Epoch = epoch, Rate = 60, Offset = TimeSpan.FromHours(1), JumpAt = epoch.AddMinutes(65), Jump = TimeSpan.FromMinutes(-10) }, real);
        Assert.Equal(epoch.AddMinutes(60), clock.GetUtcNow());
        real.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(epoch.AddMinutes(64), clock.GetUtcNow());
        var before = clock.GetTimestamp();
        real.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(epoch.AddMinutes(56), clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromMinutes(2), clock.GetElapsedTime(before)); // what measures spans does not jump
    }

    [Fact]
    public void Clock_of_the_machine_is_the_default() => Assert.Same(TimeProvider.System, SimulatedClock.Create(new()));
}
