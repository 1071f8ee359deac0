namespace Ingester.Publishing.Witnesses;

/// <summary>A trade of which both sources state something else.</summary>
/// <param name="Id">The id; null if it is not a number.</param>
/// <param name="Micros">The time in the store, microseconds since 1970 UTC.</param>
/// <param name="Field">What differs: <c>price</c>, <c>size</c>, <c>levels</c> (of a diff), <c>time</c> or <c>side</c>; the first one of them.</param>
/// <param name="Ours">The value in the store.</param>
/// <param name="Theirs">The value in the exchange's file.</param>
internal sealed record TradeDifference(long? Id, long Micros, string Field, string Ours, string Theirs);
