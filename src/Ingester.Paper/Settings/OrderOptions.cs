using System.ComponentModel.DataAnnotations;
using Ingester.Paper.Orders;

namespace Ingester.Paper.Settings;

/// <summary>The simulated orders (<c>Paper:Orders</c>).</summary>
internal sealed class OrderOptions
{
    /// <summary>Market orders, or limit orders at the best price of their own side. Default: market.</summary>
    public OrderType Type { get; set; }

    /// <summary>Time after which what remains of a limit order expires. Default 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Time from the submission of an order to its arrival. Default 100 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>True to draw the latency of each order from the recorded lags of the hour before the start, where arrivals are recorded. Default false.</summary>
    public bool DrawLatency { get; set; }

    /// <summary>The seed of drawn latencies. Default 0.</summary>
    public ulong Seed { get; set; }

    /// <summary>The fee of resting orders, as a share of their value. Default 0.001.</summary>
    [Range(-1.0, 1.0)]
    public decimal MakerFee { get; set; } = 0.001m;

    /// <summary>The fee of orders that are filled from the book, as a share of their value. Default 0.001.</summary>
    [Range(-1.0, 1.0)]
    public decimal TakerFee { get; set; } = 0.001m;
}
