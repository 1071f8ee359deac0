namespace Ingester.Core.Status;

/// <summary>The whole state of a recorder, as its answers since the first one state it. Immutable.</summary>
/// <param name="Version">The version of the state.</param>
/// <param name="Replica">The replica as a whole.</param>
/// <param name="Exchanges">The exchanges, in ordinal order of their names.</param>
/// <param name="Gaps">The listed gaps, oldest first.</param>
public sealed record StatusView(long Version, ReplicaState Replica, IReadOnlyList<ExchangeState> Exchanges, IReadOnlyList<GapState> Gaps)
{
    /// <summary>The gaps that nothing has closed.</summary>
    public IEnumerable<GapState> OpenGaps => Gaps.Where(gap => gap.State == GapState.Open);

    /// <summary>The state after an answer.</summary>
    /// <param name="before">The state before; null before the first answer.</param>
    /// <param name="changes">The answer.</param>
    public static StatusView After(StatusView? before, StatusChanges changes)
    {
        if (before is null || changes.IsFull)
            return new(changes.Version, changes.Replica, Ordered(changes.Exchanges), changes.Gaps ?? []);
        var changed = changes.Exchanges.Select(exchange => exchange.Exchange).ToHashSet(StringComparer.Ordinal);
        return new(
            changes.Version, changes.Replica, Ordered([.. before.Exchanges.Where(exchange => !changed.Contains(exchange.Exchange)), .. changes.Exchanges]), changes.Gaps ?? before.Gaps);
    }

    private static ExchangeState[] Ordered(IEnumerable<ExchangeState> exchanges) => [.. exchanges.OrderBy(exchange => exchange.Exchange, StringComparer.Ordinal)];
}
