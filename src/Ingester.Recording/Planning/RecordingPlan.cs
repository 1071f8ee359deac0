using Ingester.Recording.Configuration;
using Ingester.Recording.Limits;

namespace Ingester.Recording.Planning;

/// <summary>What a process records: the exchanges, and its part of their markets.</summary>
/// <param name="Exchanges">The options of each recorded exchange, by its name.</param>
internal sealed record RecordingPlan(IReadOnlyDictionary<string, ExchangeOptions> Exchanges)
{
    /// <summary>The unique name of the process: the jitter of connections depends on it.</summary>
    public required string InstanceName { get; init; }

    /// <summary>The position of the replica among all replicas.</summary>
    public ReplicaOrdinal ReplicaOrdinal { get; init; } = ReplicaOrdinal.Single;

    /// <summary>The shard of the markets. Default: all markets.</summary>
    public ShardOptions Shard { get; init; } = new();

    /// <summary>Returns why the objects of a market, given by exchange and name, cannot be stored; null, the default, when they can.</summary>
    public Func<string, string, string?> FindStorageObstacle { get; init; } = static (_, _) => null;
}
