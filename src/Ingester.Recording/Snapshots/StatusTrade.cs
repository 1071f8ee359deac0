namespace Ingester.Recording.Snapshots;

/// <summary>A trade, for the status page.</summary>
/// <param name="Time">The exchange time.</param>
/// <param name="Side">The taker's side.</param>
/// <param name="Price">The price.</param>
/// <param name="Size">The size.</param>
internal sealed record StatusTrade(DateTime Time, string Side, string Price, string Size);
