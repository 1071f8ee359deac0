namespace Ingester.Candles;

/// <summary>A series that could not be fetched or stored completely, or an analysis that failed.</summary>
/// <param name="Market">The canonical name of the market.</param>
/// <param name="Interval">The name of the length of candles.</param>
/// <param name="Reason">The reason, one sentence.</param>
internal sealed record CandleFailure(string Market, string Interval, string Reason);
