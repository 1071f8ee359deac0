using Ingester.Core.Time;

namespace Ingester.Dashboard.Markets.Figures;

/// <summary>A length of bars and how many of them a page shows.</summary>
/// <param name="Name">The name in addresses, such as <c>5m</c>.</param>
/// <param name="Minutes">Length in minutes.</param>
/// <param name="Count">Number of bars.</param>
public sealed record BarInterval(string Name, int Minutes, int Count)
{
    /// <summary>The intervals, shortest first.</summary>
    public static IReadOnlyList<BarInterval> All { get; } = [new("1m", 1, 60), new("5m", 5, 72), new("15m", 15, 96), new("1h", 60, 168)];

    /// <summary>Length of a bar in microseconds.</summary>
    public long Micros => Minutes * Window.MicrosPerMinute;

    /// <summary>The interval with this name; null if there is none.</summary>
    public static BarInterval? Find(string name) => All.FirstOrDefault(one => one.Name == name);
}
