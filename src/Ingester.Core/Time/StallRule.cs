
namespace Ingester.Core.Time;

/// <summary>Defines after which silence a stream counts as stalled.</summary>
/// <param name="Floor">Minimum silence.</param>
/// <param name="Factor">Multiple of the usual interval between events.</param>
internal readonly record struct StallRule(TimeSpan Floor, double Factor)
{
    /// <summary>One minute and thirty times the usual interval. For independent events, one silence in 10^13 is that long.</summary>
    public static StallRule Default { get; } = new(TimeSpan.FromMinutes(1), 30);
}
