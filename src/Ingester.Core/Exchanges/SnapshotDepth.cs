namespace Ingester.Core.Exchanges;

/// <summary>A depth that can be requested, and its request weight.</summary>
/// <param name="Levels">Levels per side; zero when the exchange returns every level.</param>
/// <param name="Weight">Request weight, counted against <see cref="ExchangeProfile.RequestWeightLimit"/>.</param>
internal readonly record struct SnapshotDepth(int Levels, int Weight);
