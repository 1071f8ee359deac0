namespace Ingester.Core.Exchanges;

/// <summary>A snapshot as an exchange returned it over REST.</summary>
/// <param name="LastId">The last id of the depth sequence that the snapshot contains; the time in microseconds where a diff has no other id.</param>
/// <param name="Micros">Exchange time, microseconds UTC; null when the response has none.</param>
/// <param name="Bids">The bids, <c>[["price","size"],…]</c>, with the exchange's digits.</param>
/// <param name="Asks">The asks.</param>
internal sealed record RestSnapshot(long LastId, long? Micros, byte[] Bids, byte[] Asks);
