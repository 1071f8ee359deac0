namespace Ingester.Core.Keys;

/// <summary>The identity of the writing replica: key prefix, name, and the replicas that share the work.</summary>
internal sealed record ReplicaIdentity
{
    /// <summary>Prefix of every key, without leading or trailing slash; empty by default.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The name of this replica.</summary>
    public required string Replica { get; init; }

    /// <summary>The names of all replicas, including this one. Empty if replicas do not know each other; then each one writes immediately.</summary>
    public IReadOnlyList<string> Replicas { get; init; } = [];

    /// <summary>Start of this process, microseconds UTC. Because of it a restarted replica never reuses a key of its earlier process.</summary>
    public required long ProcessStartMicros { get; init; }
}
