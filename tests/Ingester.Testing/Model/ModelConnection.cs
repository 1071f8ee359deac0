using Ingester.Recording.Lanes;

namespace Ingester.Testing.Model;

/// <summary>One connection of a replica.</summary>
internal sealed class ModelConnection
{
    /// <summary>The process that opened it.</summary>
    public required ModelProcess Process { get; init; }

    /// <summary>The true time from which the exchange sends on it.</summary>
    public long SubscribedAt { get; set; } = long.MaxValue;

    /// <summary>True when it merges two diffs into one, see <see cref="Schedule.Regroups"/>.</summary>
    public required bool Merges { get; init; }

    /// <summary>The latency of a frame, microseconds.</summary>
    public required long Latency { get; init; }

    /// <summary>The true time of its end.</summary>
    public long ClosedAt { get; set; } = long.MaxValue;

    /// <summary>The lane feed of the connection.</summary>
    public required ILaneFeed Feed { get; init; }

    /// <summary>The index of the next frame of the exchange that it delivers.</summary>
    public int Next { get; set; }

    /// <summary>The latest plausible exchange time that it has carried.</summary>
    public long ReachedTime { get; set; }

    /// <summary>The time at which the connection that it replaces may be closed; null if it replaces none.</summary>
    public long? Replaces { get; set; }
}
