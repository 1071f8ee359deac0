namespace Ingester.Testing.Stores;

/// <summary>An event of the exchange.</summary>
internal sealed record TrueEvent(long After, long UpTo, long Micros, string Row);
