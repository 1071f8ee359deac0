namespace Ingester.Paper.Risk;

/// <summary>The verdict of the risk gate.</summary>
/// <param name="Score">The risk score, from 0 to 1.</param>
/// <param name="Refusals">Every reason against the order; empty if it is approved.</param>
internal sealed record RiskVerdict(decimal Score, IReadOnlyList<RiskRefusal> Refusals)
{
    /// <summary>True if the order may be placed.</summary>
    public bool IsApproved => Refusals.Count == 0;
}
