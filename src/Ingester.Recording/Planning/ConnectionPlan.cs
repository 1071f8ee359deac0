using System.Collections.Immutable;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Recording.Planning;

/// <summary>
/// Assigns streams to connections. The plan is an immutable value; the next plan is derived from this one and the desired streams.
/// A subscribed stream is never moved, so that a listing or delisting does not interrupt other streams. A new stream goes to the
/// connection of its market, else to the first connection with room for all datasets of the market, else to a new connection. The
/// same input gives the same plan.
/// </summary>
internal sealed record ConnectionPlan
{
    private int LastId { get; init; }

    /// <summary>Maximum number of streams on one connection.</summary>
    public required int Capacity { get; init; }

    /// <summary>The connections by number.</summary>
    public ImmutableSortedDictionary<int, PlannedConnection> Connections { get; init; } = ImmutableSortedDictionary<int, PlannedConnection>.Empty;

    /// <summary>Returns the plan for the desired streams, each with its endpoint, and the differences to this plan.</summary>
    public (ConnectionPlan Plan, IReadOnlyList<ConnectionChange> Changes) Next(IEnumerable<(Subscription Stream, Uri Endpoint)> desired)
    {
        var missing = desired.DistinctBy(w => w.Stream).ToDictionary(w => w.Stream, w => w.Endpoint);
        var draft = Connections.ToBuilder();
        foreach (var (id, connection) in Connections)
        {
            var kept = connection.Streams.Where(missing.Remove).ToImmutableHashSet();
            draft[id] = connection with { Streams = kept };
        }

        var lastId = LastId;
        foreach (var group in Groups(missing))
            PlaceGroup(draft, group, ref lastId);
        var next = this with
        {
            LastId = lastId,
            Connections = draft.Where(entry => !entry.Value.Streams.IsEmpty).ToImmutableSortedDictionary(),
        };
        return (next, [.. draft.Values.Select(ChangeOf).OfType<ConnectionChange>()]);
    }

    /// <summary>Groups the streams of one market on one endpoint; a group that exceeds the capacity is split.</summary>
    private IEnumerable<(Uri Endpoint, Subscription[] Streams)> Groups(Dictionary<Subscription, Uri> missing) => missing
        .GroupBy(entry => (Endpoint: entry.Value, entry.Key.Market), entry => entry.Key)
        .OrderBy(group => group.Key.Endpoint.AbsoluteUri, StringComparer.Ordinal)
        .ThenBy(group => group.Key.Market.Name, StringComparer.Ordinal)
        .ThenBy(group => group.Key.Market.Symbol, StringComparer.Ordinal)
        .SelectMany(group => group.OrderBy(stream => stream.Dataset).Chunk(Capacity).Select(part => (group.Key.Endpoint, part)));

    private void PlaceGroup(
        ImmutableSortedDictionary<int, PlannedConnection>.Builder draft, (Uri Endpoint, Subscription[] Streams) group, ref int lastId)
    {
        var withRoom = draft.Values.Where(c => c.Endpoint == group.Endpoint && c.Streams.Count + group.Streams.Length <= Capacity).ToList();
        var target = withRoom.Find(c => Siblings(group.Streams[0]).Any(c.Streams.Contains))
            ?? withRoom.FirstOrDefault()
            ?? new(++lastId, group.Endpoint, []);
        draft[target.Id] = target with { Streams = target.Streams.Union(group.Streams) };
    }

    private static IEnumerable<Subscription> Siblings(Subscription stream) =>
        Enum.GetValues<Dataset>().Where(dataset => dataset.IsSubscribed()).Select(dataset => stream with { Dataset = dataset });

    private ConnectionChange? ChangeOf(PlannedConnection next)
    {
        var before = Connections.GetValueOrDefault(next.Id)?.Streams ?? [];
        var add = Sorted(next.Streams.Except(before));
        var remove = Sorted(before.Except(next.Streams));
        return add.Count + remove.Count == 0
            ? null
            : new(next.Id, next.Endpoint, add, remove) { IsNew = !Connections.ContainsKey(next.Id), IsClosing = next.Streams.IsEmpty };
    }

    private static List<Subscription> Sorted(IEnumerable<Subscription> streams) =>
        [.. streams.OrderBy(s => s.Market.Name, StringComparer.Ordinal).ThenBy(s => s.Market.Symbol, StringComparer.Ordinal).ThenBy(s => s.Dataset)];
}
