using System.ComponentModel.DataAnnotations;

namespace Ingester.Paper.Risk;

/// <summary>Limits of the risk gate (<c>Paper:Risk</c>). Amounts are in quote units.</summary>
internal sealed class RiskOptions
{
    /// <summary>The largest value of one order. Default 1000.</summary>
    [Range(0.0, 1e15)]
    public decimal MaxAmount { get; set; } = 1_000m;

    /// <summary>The risk score above which is refused, from 0 to 1. Default 0.7.</summary>
    [Range(0.0, 1.0)]
    public decimal Threshold { get; set; } = 0.7m;

    /// <summary>The largest value of the position in one market, after the order and with the orders that are open. Default 10,000.</summary>
    [Range(0.0, 1e15)]
    public decimal MaxPosition { get; set; } = 10_000m;

    /// <summary>The loss since midnight UTC at which nothing is traded any more that day. Default 500.</summary>
    [Range(0.0, 1e15)]
    public decimal DailyLoss { get; set; } = 500m;

    /// <summary>Minimum time between two orders in one market. Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan CoolDown { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Length of the windows, aligned in UTC, of which each has at most one order in one market. Default 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan OrderWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Age of the last event of the book or the trades at which they count as stale. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>True to trade only while the book follows its snapshot without a gap, by the ids of the exchange. Default true.</summary>
    public bool RequireProvenBook { get; set; } = true;

    /// <summary>The spread, in basis points, that counts fully in the risk score. Default 50.</summary>
    [Range(0.01, 100_000.0)]
    public decimal MaxSpreadBps { get; set; } = 50m;

    /// <summary>A file: while it exists, nothing is traded. Default: none.</summary>
    public string? KillFile { get; set; }
}
