using System.Globalization;
using Ingester.Core.Exchanges;

namespace Ingester.Catalog;

/// <summary>A budget: at most <paramref name="Count"/> per <paramref name="Seconds"/>.</summary>
internal sealed record RateSummary(int Count, double Seconds)
{
    /// <summary>The budget of a limit.</summary>
    public static RateSummary Of(RateLimit limit) => new(limit.Count, limit.Interval.TotalSeconds);

    /// <summary>Text for tables, such as <c>300 per 5 min</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count:N0} per {FormatSpan(Seconds)}");

    private static string FormatSpan(double seconds) => seconds switch
    {
        1 => "s",
        60 => "min",
        3_600 => "h",
        > 60 when seconds % 60 == 0 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds} s"),
    };
}
