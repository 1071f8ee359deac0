namespace Ingester.Reading.Arrivals;

/// <summary>What identifies an event in the <c>arrivals</c> dataset.</summary>
/// <param name="WindowMicros">Start of the window that it is stored in, microseconds UTC.</param>
/// <param name="Id">Its last id; null if it has none.</param>
/// <param name="Sha256">The SHA-256 of the rows of its object, if it has no id.</param>
/// <param name="Row">Number of its row in that object, from 0.</param>
internal readonly record struct ArrivalKey(long WindowMicros, long? Id, string? Sha256, int Row);
