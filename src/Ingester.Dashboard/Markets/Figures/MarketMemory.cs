using Ingester.Deriving.Bars;

namespace Ingester.Dashboard.Markets.Figures;

/// <summary>What is kept of one market between two views. Use it only while holding <see cref="Gate"/>.</summary>
/// <param name="clock">The clock.</param>
internal sealed class MarketMemory(TimeProvider clock)
{
    private const int MaxMinutes = 12 * 60;
    private const int MaxBars = 256;

    private readonly Dictionary<int, RecentMinutes<Bar>> bars = [];

    /// <summary>Held by the query that reads or changes this memory.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Spread and imbalance of minutes.</summary>
    public RecentMinutes<MetricView> Metrics { get; } = new(MaxMinutes, clock);

    /// <summary>Bars of a length.</summary>
    /// <param name="minutes">The length in minutes.</param>
    public RecentMinutes<Bar> Bars(int minutes) =>
        bars.TryGetValue(minutes, out var known) ? known : bars[minutes] = new(minutes == 1 ? MaxMinutes : MaxBars, clock);
}
