using Ingester.Recording.Lanes;

namespace Ingester.Testing.Model;

/// <summary>One connection of a replica.</summary>
internal sealed class ModelConnection
{
    /// <summary>The process.</summary>
    public required ModelProcess Process { get; init; }

    /// <summary>Since when the exchange sends on it.</summary>
    public long SubscribedAt { get; set; } = long.MaxValue;

    /// <summary>True when it sends two diffs as one, where the schedule says so.</summary>
    public required bool Merges { get; init; }

    /// <summary>How long a frame takes.</summary>
    public required long Latency { get; init; }

    /// <summary>When it ended.</summary>
    public long ClosedAt { get; set; } = long.MaxValue;

    /// <summary>The lane's end of it.</summary>
    public required ILaneFeed Feed { get; init; }

    /// <summary>The next frame of the exchange that it brings.</summary>
    public int Next { get; set; }

    /// <summary>The latest plausible exchange time that it has carried.</summary>
    public long Heard { get; set; }

    /// <summary>When its older sibling may be closed; null for none.</summary>
    public long? Replaces { get; set; }
}
