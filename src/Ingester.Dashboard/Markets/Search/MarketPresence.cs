using Ingester.Core.Time;

namespace Ingester.Dashboard.Markets.Search;

/// <summary>Whether the store knows a market.</summary>
/// <param name="IsKnown">True if objects are stored, or journals of the hour mention it.</param>
/// <param name="Similar">Similar names, if it is not known.</param>
/// <param name="NewestMicros">End of the newest stored window, microseconds UTC; null if none is stored in the last week.</param>
/// <param name="ReadAtMicros">When the store was read, microseconds UTC.</param>
public sealed record MarketPresence(bool IsKnown, IReadOnlyList<string> Similar, long? NewestMicros, long ReadAtMicros)
{
    private static readonly TimeSpan OldAge = TimeSpan.FromMinutes(10);

    /// <summary>True if nothing recent was stored when the store was read.</summary>
    public bool IsOld => NewestMicros is not { } newest || ReadAtMicros - newest > Micros.From(OldAge);
}
