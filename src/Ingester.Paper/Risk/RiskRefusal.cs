namespace Ingester.Paper.Risk;

/// <summary>A reason for which an order is refused.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Text">The reason with its values, as a sentence.</param>
internal sealed record RiskRefusal(RiskReason Reason, string Text);
