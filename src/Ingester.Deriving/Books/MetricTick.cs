namespace Ingester.Deriving.Books;

/// <summary>A tick of a grid.</summary>
/// <param name="Micros">The time, microseconds UTC.</param>
/// <param name="Seconds">Interval of the grid in seconds.</param>
internal readonly record struct MetricTick(long Micros, int Seconds)
{
    /// <summary>One second in microseconds.</summary>
    public const long MicrosPerSecond = 1_000_000;

    /// <summary>Interval of the grid in microseconds.</summary>
    public long LengthMicros => Seconds * MicrosPerSecond;
}
