namespace Ingester.Tests.Deriving;

/// <summary>A change of the exchange's book: absolute sizes, zero removes a level.</summary>
internal sealed record TrueDiff(long Micros, long After, long UpTo, List<(decimal Price, decimal Size)> Bids, List<(decimal Price, decimal Size)> Asks);
