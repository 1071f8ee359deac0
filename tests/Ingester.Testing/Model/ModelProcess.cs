using Ingester.Recording.Lanes;

namespace Ingester.Testing.Model;

/// <summary>One process of a replica, from its start to its end.</summary>
internal sealed class ModelProcess(Truth truth)
{
    private readonly Way[][] ways = [.. truth.Streams.Select(stream => new Way[stream.EventCount])]; // the outcome of each event of each stream

    /// <summary>Its number.</summary>
    public required int Number { get; init; }

    /// <summary>The true time of its start.</summary>
    public required long StartedAt { get; init; }

    /// <summary>The true time of its end.</summary>
    public long EndedAt { get; set; } = long.MaxValue;

    /// <summary>True when it was killed.</summary>
    public bool Killed { get; set; }

    /// <summary>The lane.</summary>
    public required Lane Lane { get; init; }

    /// <summary>The received frames, in order of arrival.</summary>
    public List<Delivery> Deliveries { get; } = [];

    /// <summary>The markets that its lane has known.</summary>
    public HashSet<int> Known { get; } = [];

    /// <summary>The outcome of an event.</summary>
    public Way WayOf(WireEvent sent) => ways[sent.Stream.Number][sent.Index];

    /// <summary>Adds to the outcome of an event.</summary>
    public void Note(WireEvent sent, Way way) => ways[sent.Stream.Number][sent.Index] |= way;
}
