namespace Ingester.Paper.History;

/// <summary>The latest prices of one market, one per bar, in order of time. Bars without a known price are left out. Not thread-safe.</summary>
/// <param name="capacity">The largest number of points; the oldest is dropped first.</param>
internal sealed class PriceHistory(int capacity)
{
    private readonly Queue<PricePoint> points = new();

    /// <summary>The points, the oldest first.</summary>
    public IReadOnlyCollection<PricePoint> Points => points;

    /// <summary>The end of the last bar, microseconds UTC; null without a point.</summary>
    public long? LastMicros { get; private set; }

    /// <summary>Adds the next bar.</summary>
    /// <exception cref="ArgumentException">The bar is not later than the last one.</exception>
    public void Add(in PricePoint point)
    {
        if (LastMicros is { } last && point.EndMicros <= last)
            throw new ArgumentException("A bar must be later than the one before.", nameof(point));
        if (points.Count == capacity)
            points.Dequeue();
        points.Enqueue(point);
        LastMicros = point.EndMicros;
    }
}
