using System.Collections.Concurrent;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Lanes;

namespace Ingester.Checking;

/// <summary>Observes all connections of the exchange that is checked. Its results are read after the recorder has ended.</summary>
/// <param name="exchange">The exchange.</param>
/// <param name="clock">The clock of the recorder.</param>
internal sealed class ExchangeObserver(IExchange exchange, TimeProvider clock)
{
    private readonly ConcurrentQueue<ConnectionObserver> connections = [];
    private readonly ConcurrentDictionary<Subscription, bool> streams = [];

    /// <summary>The connections that were opened.</summary>
    public IReadOnlyCollection<ConnectionObserver> Connections => connections;

    /// <summary>The streams that were to be subscribed.</summary>
    public IReadOnlyCollection<Subscription> Streams => [.. streams.Keys];

    /// <summary>The streams that were confirmed, or of which events arrived.</summary>
    public IReadOnlySet<Subscription> Received => streams.Keys
        .Where(stream => connections.Any(connection => connection.Confirmed.Contains(stream)
            || (connection.Datasets.TryGetValue(stream.Dataset, out var counts) && counts.Symbols.Contains(stream.Market.Symbol))))
        .ToHashSet();

    /// <summary>Number of messages of channels that were not subscribed, by channel.</summary>
    public IReadOnlyDictionary<string, long> Ignored => new SortedDictionary<string, long>(
        connections.SelectMany(connection => connection.Ignored).GroupBy(ignored => ignored.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(ignored => ignored.Value)),
        StringComparer.Ordinal);

    /// <summary>The counts of a dataset over all connections.</summary>
    public DatasetCounts CountsOf(Dataset dataset)
    {
        var all = new DatasetCounts();
        foreach (var connection in connections)
            if (connection.Datasets.TryGetValue(dataset, out var counts))
                all.Add(counts);
        return all;
    }

    /// <summary>Number of notices of a kind.</summary>
    public long CountOf(NoticeKind kind) => connections.Sum(connection => connection.Notices.GetValueOrDefault(kind));

    /// <summary>Observes a new lane of the recorder.</summary>
    public ILane Observe(ILane lane) => new ObservedLane(lane, this);

    /// <summary>The present timestamp of the machine's clock.</summary>
    public long Timestamp() => TimeProvider.System.GetTimestamp();

    /// <summary>Streams will be subscribed.</summary>
    public void StreamsAdded(IReadOnlyList<Subscription> added)
    {
        foreach (var stream in added)
            streams.TryAdd(stream, true);
    }

    /// <summary>A connection is open.</summary>
    /// <param name="dialingSince">Timestamp of the first attempt.</param>
    public ConnectionObserver ConnectionOpened(long dialingSince)
    {
        var opened = new ConnectionObserver(exchange, clock, TimeProvider.System.GetElapsedTime(dialingSince));
        connections.Enqueue(opened);
        return opened;
    }
}
