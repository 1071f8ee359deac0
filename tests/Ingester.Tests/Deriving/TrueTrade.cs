namespace Ingester.Tests.Deriving;

/// <summary>A trade of the exchange.</summary>
internal sealed record TrueTrade(long Id, long Micros, decimal Price, decimal Size, bool Sells);
