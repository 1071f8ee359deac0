using System.ComponentModel.DataAnnotations;

namespace Ingester.Paper.Risk;

/// <summary>When a trade is decided (<c>Paper:Decision</c>).</summary>
internal sealed class DecisionOptions
{
    /// <summary>The expected relative change above which is bought: 0.02 is 2 %. Default 0.02.</summary>
    [Range(0.0, 10.0)]
    public decimal BuyAbove { get; set; } = 0.02m;

    /// <summary>The expected relative change below which is sold. Default −0.02.</summary>
    [Range(-1.0, 0.0)]
    public decimal SellBelow { get; set; } = -0.02m;

    /// <summary>The confidence above which is traded, from 0 to 1. Default 0.75.</summary>
    [Range(0.0, 1.0)]
    public decimal MinConfidence { get; set; } = 0.75m;

    /// <summary>The value of one order in quote units. Default 1000.</summary>
    [Range(0.00000001, 1e15)]
    public decimal Amount { get; set; } = 1_000m;
}
