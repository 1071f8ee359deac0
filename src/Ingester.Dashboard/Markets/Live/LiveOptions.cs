namespace Ingester.Dashboard.Markets.Live;

/// <summary>Where live values come from.</summary>
/// <param name="Recorders">The status pages of the recorders; empty for none.</param>
/// <param name="Token">The token of their live streams; empty for none.</param>
internal sealed record LiveOptions(IReadOnlyList<Uri> Recorders, string Token);
