namespace Ingester.Paper.History;

/// <summary>What the models see of one market at one moment. Every value is known at that moment: none comes from later data.</summary>
internal sealed record Features
{
    /// <summary>Points of the short average.</summary>
    public const int ShortPoints = 20;

    /// <summary>Points of the long average.</summary>
    public const int LongPoints = 50;

    /// <summary>Points of the momentum.</summary>
    public const int MomentumPoints = 10;

    private const long MicrosPerDay = 86_400_000_000;

    /// <summary>The market.</summary>
    public required string Market { get; init; }

    /// <summary>The moment, microseconds UTC: the end of the last bar.</summary>
    public required long Micros { get; init; }

    /// <summary>The price, in quote units.</summary>
    public required decimal Price { get; init; }

    /// <summary>The mean of the last 20 prices.</summary>
    public required decimal ShortAverage { get; init; }

    /// <summary>The mean of the last 50 prices.</summary>
    public required decimal LongAverage { get; init; }

    /// <summary>The relative change of the price since 10 bars before: 0.01 is one percent.</summary>
    public required decimal Momentum { get; init; }

    /// <summary>The relative change of the price in 24 hours; null if the history is shorter.</summary>
    public required decimal? DayChange { get; init; }

    /// <summary>The traded size of the last bar, in base units.</summary>
    public required decimal Volume { get; init; }

    /// <summary>The imbalance of the best five levels, from −1 to 1; null while the book is not known.</summary>
    public required decimal? Imbalance { get; init; }

    /// <summary>The spread in basis points; null while the book is not known.</summary>
    public required decimal? SpreadBps { get; init; }

    /// <summary>Computes the features of the last bar of a history.</summary>
    /// <param name="market">The market.</param>
    /// <param name="points">At least <see cref="HistoryOptions.MinPoints"/> points, the oldest first.</param>
    /// <param name="book">The book; null while it is not known.</param>
    /// <exception cref="HistoryException">There are fewer points.</exception>
    public static Features Compute(string market, IReadOnlyCollection<PricePoint> points, BookFeatures? book)
    {
        if (points.Count < HistoryOptions.MinPoints)
            throw new HistoryException($"The history of {market} has {points.Count} points; at least {HistoryOptions.MinPoints} are required.");
        var recent = points.TakeLast(LongPoints).ToList();
        var last = recent[^1];
        var before = recent[^(MomentumPoints + 1)].Price;
        return new()
        {
            Market = market,
            Micros = last.EndMicros,
            Price = last.Price,
            ShortAverage = Mean(recent, ShortPoints),
            LongAverage = Mean(recent, LongPoints),
            Momentum = last.Price / before - 1,
            DayChange = FindDayStart(points, last.EndMicros - MicrosPerDay) is { } start ? last.Price / start - 1 : null,
            Volume = last.Volume,
            Imbalance = book?.Imbalance,
            SpreadBps = book?.SpreadBps,
        };
    }

    private static decimal Mean(List<PricePoint> points, int count)
    {
        var sum = 0m;
        for (var index = points.Count - count; index < points.Count; index++)
            sum += points[index].Price;
        return sum / count;
    }

    /// <summary>The price of the last bar that ended at or before a time; null if the history begins later.</summary>
    private static decimal? FindDayStart(IReadOnlyCollection<PricePoint> points, long micros)
    {
        decimal? found = null;
        foreach (var point in points)
            if (point.EndMicros <= micros)
                found = point.Price;
            else
                break;
        return found;
    }
}
