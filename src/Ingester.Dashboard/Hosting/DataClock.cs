using Ingester.Core.Time;

namespace Ingester.Dashboard.Hosting;

/// <summary>The present time of the data: that of the recorders' clock, which may be simulated. Timers and measured times stay real.</summary>
/// <param name="options">The clock of the recorders.</param>
internal sealed class DataClock(ClockOptions options) : TimeProvider
{
    private readonly TimeProvider simulated = SimulatedClock.Create(options);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => simulated.GetUtcNow();
}
