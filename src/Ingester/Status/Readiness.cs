using Ingester.Recording.Planning;

namespace Ingester.Status;

/// <summary>
/// Decides whether a replica is ready: the store accepts writes, and all connections are open and all their streams are confirmed.
/// </summary>
internal static class Readiness
{
    private static readonly TimeSpan StoreFailureTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Tolerates a single rejected object: the store looks as if it rejects everything until the next write is accepted.</summary>
    private static readonly TimeSpan StoreRefusalTolerance = TimeSpan.FromSeconds(5);

    /// <summary>Why a recorder is not ready, as text; null when it is ready.</summary>
    public static string? NotReadyReason(RecorderState state)
    {
        var (store, exchange) = (StoreNotReadyReason(state), state.Exchanges.Select(NotReadyReason).FirstOrDefault(why => why is not null));
        return store is null ? exchange : exchange is null ? store : $"{store} {exchange}";
    }

    private static string? StoreNotReadyReason(RecorderState state)
    {
        var health = state.StoreHealth;
        if (!state.HasStoreAcceptedWrite)
            return $"The store has not accepted a write yet. {health.Reason}".TrimEnd();
        if (health.FailingFor < (health.IsRefusing ? StoreRefusalTolerance : StoreFailureTolerance))
            return null;
        var (files, _, _, _, trouble) = state.SpoolState;
        return $"The store has failed for {health.FailingFor:d\\.hh\\:mm\\:ss}: {health.Reason} {files} objects are in the spool, {state.BacklogState.Objects} in memory, "
            + $"the oldest for {state.OldestBacklogAge:d\\.hh\\:mm\\:ss}. {trouble}".TrimEnd();
    }

    private static string? NotReadyReason(ExchangeStatus exchange) =>
        exchange.Markets is null ? $"{exchange.Exchange}: the market list is not known yet. {exchange.LastError}"
        : exchange.StreamsWanted == 0 ? $"{exchange.Exchange}: no market is recorded. {exchange.LastError}"
        : exchange.ConnectionsOpen < exchange.ConnectionsWanted
            ? $"{exchange.Exchange}: {exchange.ConnectionsOpen} of {exchange.ConnectionsWanted} connections are open. {exchange.LastError}"
        : exchange.StreamsSubscribed + exchange.StreamsFailedHalted < exchange.StreamsWanted
            ? $"{exchange.Exchange}: {exchange.StreamsSubscribed} of {exchange.StreamsWanted} streams are confirmed{(exchange.Failed is { } failed ? $"; rejected: {failed}" : "")}. {exchange.LastError}"
        : null;
}
