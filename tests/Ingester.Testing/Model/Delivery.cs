using Ingester.Recording.Lanes;

namespace Ingester.Testing.Model;

/// <summary>What a frame was to a replica that received it.</summary>
internal enum DeliveryKind
{
    /// <summary>An event that could be decoded.</summary>
    Event,

    /// <summary>A heartbeat.</summary>
    Heartbeat,

    /// <summary>A book.</summary>
    Book,

    /// <summary>A frame that could not be decoded.</summary>
    Undecodable,
}

/// <summary>One frame that a replica received.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Connection">The connection.</param>
/// <param name="True">When, true time.</param>
/// <param name="Local">When, by the replica's clock.</param>
/// <param name="Ts">The exchange time that it carried; null for none.</param>
internal sealed record Delivery(DeliveryKind Kind, ModelConnection Connection, long True, long Local, long? Ts)
{
    /// <summary>The event; for an undecodable frame the event that it would have been, null for none.</summary>
    public WireEvent? Event { get; init; }

    /// <summary>The stream that it belongs to; null for a frame that belongs to all of the connection.</summary>
    public TruthStream? Stream { get; init; }

    /// <summary>True for an event that was sent again on subscribe.</summary>
    public bool Replayed { get; init; }

    /// <summary>True when the stream was not wanted at that time.</summary>
    public bool Ignored { get; init; }

    /// <summary>The latest plausible exchange time that the connection had carried before.</summary>
    public long Heard { get; init; }
}

/// <summary>What became of an event on its way to one process.</summary>
[Flags]
internal enum Way
{
    /// <summary>No connection of the process was subscribed.</summary>
    None = 0,

    /// <summary>It was received.</summary>
    Received = 1,

    /// <summary>It was lost although the connection lived.</summary>
    Lost = 2,

    /// <summary>Its frame could not be decoded.</summary>
    Undecodable = 4,

    /// <summary>The connection ended before it came.</summary>
    Cut = 8,

    /// <summary>The stream was not wanted.</summary>
    Unwanted = 16,

    /// <summary>It comes later than it should, or again.</summary>
    Delayed = 32,
}

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

/// <summary>One process of a replica, from its start to its end.</summary>
internal sealed class ModelProcess
{
    /// <summary>Its number.</summary>
    public required int Number { get; init; }

    /// <summary>When it began.</summary>
    public required long StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public long EndedAt { get; set; } = long.MaxValue;

    /// <summary>True when it was killed.</summary>
    public bool Killed { get; set; }

    /// <summary>The lane.</summary>
    public required Lane Lane { get; init; }

    /// <summary>What it received, in order.</summary>
    public List<Delivery> Deliveries { get; } = [];

    /// <summary>What became of each event.</summary>
    public Dictionary<WireEvent, Way> Ways { get; } = [];

    /// <summary>The markets that its lane has known.</summary>
    public HashSet<int> Known { get; } = [];

    /// <summary>What became of an event.</summary>
    public Way WayOf(WireEvent sent) => Ways.GetValueOrDefault(sent);

    /// <summary>Notes what became of an event.</summary>
    public void Note(WireEvent sent, Way way) => Ways[sent] = Ways.GetValueOrDefault(sent) | way;
}
