namespace Ingester.Testing.Stores;

/// <summary>An event that the exchange sent: its ids <c>(after, upto]</c>, its time in microseconds UTC, and its row.</summary>
internal sealed record TrueEvent(long After, long UpTo, long Micros, string Row);
