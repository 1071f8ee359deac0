namespace Ingester.Core.Keys;

/// <summary>Who writes: what keys begin with, which replica this is, and which ones share the work.</summary>
internal sealed record StorageIdentity
{
    /// <summary>What every key begins with, without slashes at its ends; empty by default.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The name of this replica.</summary>
    public required string Replica { get; init; }

    /// <summary>The names of all replicas, this one among them; empty when they do not know each other, and then everyone writes at once.</summary>
    public IReadOnlyList<string> Replicas { get; init; } = [];

    /// <summary>When this process started, microseconds UTC: a restarted replica never meets the names of its former self.</summary>
    public required long ProcessStartMicros { get; init; }
}
