namespace Ingester.Dashboard.Markets.Search;

/// <summary>Whether the store knows a market.</summary>
/// <param name="IsKnown">True if objects are stored, or journals of the hour mention it.</param>
/// <param name="Similar">Similar names, if it is not known.</param>
/// <param name="NewestMicros">End of the newest stored window, microseconds UTC; null if none is stored in the last week.</param>
public sealed record MarketPresence(bool IsKnown, IReadOnlyList<string> Similar, long? NewestMicros);
