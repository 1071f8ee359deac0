using System.Collections.Immutable;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Recording.Planning;

/// <summary>One connection as it is planned.</summary>
/// <param name="Id">Its number within the exchange, never used again.</param>
/// <param name="Endpoint">The exchange's own address, before any override.</param>
/// <param name="Streams">What it carries.</param>
internal sealed record PlannedConnection(int Id, Uri Endpoint, ImmutableHashSet<Subscription> Streams);

/// <summary>What changes for one connection.</summary>
/// <param name="Id">The connection's number.</param>
/// <param name="Endpoint">The exchange's own address.</param>
/// <param name="Add">Streams to subscribe.</param>
/// <param name="Remove">Streams to let go.</param>
internal sealed record ConnectionChange(int Id, Uri Endpoint, IReadOnlyList<Subscription> Add, IReadOnlyList<Subscription> Remove)
{
    /// <summary>True when the connection is new.</summary>
    public bool Opens { get; init; }

    /// <summary>True when nothing is left on the connection.</summary>
    public bool Closes { get; init; }
}

/// <summary>
/// Which connection carries which stream. It is a value: the next plan follows from this one and what is wanted. A stream that stands
/// never moves, so that a listing or delisting disturbs nobody else; a new one goes where its market is already, else into the first connection
/// with room for all the datasets of its market, else to a new connection. The same input gives the same plan.
/// </summary>
internal sealed record SubscriptionPlan
{
    private int LastId { get; init; }

    /// <summary>The most streams on one connection.</summary>
    public required int Capacity { get; init; }

    /// <summary>The connections by their numbers.</summary>
    public ImmutableSortedDictionary<int, PlannedConnection> Connections { get; init; } = ImmutableSortedDictionary<int, PlannedConnection>.Empty;

    /// <summary>The plan for what is wanted now, each stream with the endpoint that serves it, and how it differs from this one.</summary>
    public (SubscriptionPlan Plan, IReadOnlyList<ConnectionChange> Changes) Next(IEnumerable<(Subscription Stream, Uri Endpoint)> wanted)
    {
        var missing = wanted.DistinctBy(w => w.Stream).ToDictionary(w => w.Stream, w => w.Endpoint);
        var draft = Connections.ToBuilder();
        foreach (var (id, connection) in Connections)
        {
            var kept = connection.Streams.Where(missing.Remove).ToImmutableHashSet();
            draft[id] = connection with { Streams = kept };
        }

        var lastId = LastId;
        foreach (var group in Groups(missing))
            Place(draft, group, ref lastId);
        var next = this with
        {
            LastId = lastId,
            Connections = draft.Where(entry => !entry.Value.Streams.IsEmpty).ToImmutableSortedDictionary(),
        };
        return (next, [.. draft.Values.Select(Difference).OfType<ConnectionChange>()]);
    }

    /// <summary>The streams of one market on one endpoint are one group, cut where it alone is more than a connection carries.</summary>
    private IEnumerable<(Uri Endpoint, Subscription[] Streams)> Groups(Dictionary<Subscription, Uri> missing) => missing
        .GroupBy(entry => (Endpoint: entry.Value, entry.Key.Market), entry => entry.Key)
        .OrderBy(group => group.Key.Endpoint.AbsoluteUri, StringComparer.Ordinal)
        .ThenBy(group => group.Key.Market.Name, StringComparer.Ordinal)
        .ThenBy(group => group.Key.Market.Symbol, StringComparer.Ordinal)
        .SelectMany(group => group.OrderBy(stream => stream.Dataset).Chunk(Capacity).Select(part => (group.Key.Endpoint, part)));

    private void Place(
        ImmutableSortedDictionary<int, PlannedConnection>.Builder draft, (Uri Endpoint, Subscription[] Streams) group, ref int lastId)
    {
        var withRoom = draft.Values.Where(c => c.Endpoint == group.Endpoint && c.Streams.Count + group.Streams.Length <= Capacity).ToList();
        var home = withRoom.Find(c => Siblings(group.Streams[0]).Any(c.Streams.Contains))
            ?? withRoom.FirstOrDefault()
            ?? new(++lastId, group.Endpoint, []);
        draft[home.Id] = home with { Streams = home.Streams.Union(group.Streams) };
    }

    private static IEnumerable<Subscription> Siblings(Subscription stream) =>
        Enum.GetValues<Dataset>().Where(dataset => dataset.IsStreamed()).Select(dataset => stream with { Dataset = dataset });

    private ConnectionChange? Difference(PlannedConnection next)
    {
        var before = Connections.GetValueOrDefault(next.Id)?.Streams ?? [];
        var add = Sorted(next.Streams.Except(before));
        var remove = Sorted(before.Except(next.Streams));
        return add.Count + remove.Count == 0
            ? null
            : new(next.Id, next.Endpoint, add, remove) { Opens = !Connections.ContainsKey(next.Id), Closes = next.Streams.IsEmpty };
    }

    private static List<Subscription> Sorted(IEnumerable<Subscription> streams) =>
        [.. streams.OrderBy(s => s.Market.Name, StringComparer.Ordinal).ThenBy(s => s.Market.Symbol, StringComparer.Ordinal).ThenBy(s => s.Dataset)];
}
