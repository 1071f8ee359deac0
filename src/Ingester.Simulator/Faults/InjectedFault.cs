using System.Text.Json.Serialization;
using Ingester.Core.Sequencing;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Faults;

/// <summary>The kinds of injected faults.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InjectedFaultKind>))]
internal enum InjectedFaultKind
{
    /// <summary>Events are not sent, to all connections or to one.</summary>
    Drop,

    /// <summary>Events are sent twice.</summary>
    Repeat,

    /// <summary>An event is sent after the event that follows it.</summary>
    Reorder,

    /// <summary>A stream sends nothing for a time.</summary>
    Mute,

    /// <summary>A message that cannot be decoded is sent in addition to the events.</summary>
    Garbage,

    /// <summary>An event carries a time that is years off.</summary>
    AbsurdTime,

    /// <summary>The numbering of a stream is reset.</summary>
    Reset,

    /// <summary>A connection is cut without a close frame.</summary>
    Cut,

    /// <summary>A connection stays open but sends nothing for a time; queued frames are sent afterwards.</summary>
    Stall,

    /// <summary>Connects and requests are rejected with status 429 for a time.</summary>
    Refuse,

    /// <summary>
    /// A connection was cut because its client did not read. Not injected on request, but its unsent frames are lost to that client.
    /// </summary>
    SlowReader,
}

/// <summary>The kinds of malformed messages.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GarbageKind>))]
internal enum GarbageKind
{
    /// <summary>Truncated JSON.</summary>
    Truncated,

    /// <summary>A binary message of random bytes.</summary>
    Binary,

    /// <summary>Valid JSON of an unknown message type.</summary>
    Unknown,
}

/// <summary>A requested fault of one stream.</summary>
/// <param name="Kind">The kind.</param>
internal sealed record FaultRequest(InjectedFaultKind Kind)
{
    /// <summary>Number of affected events. Default: 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Duration in the clock's time, for faults with a duration.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The only affected connection; null for all.</summary>
    public long? Connection { get; init; }

    /// <summary>The kind of malformed message, for <see cref="InjectedFaultKind.Garbage"/>.</summary>
    public GarbageKind Garbage { get; init; }

    /// <summary>The time that the event carries; null for ten years ahead.</summary>
    public long? Micros { get; init; }
}

/// <summary>An injected fault and the exact events that it affected.</summary>
internal sealed record InjectedFault
{
    /// <summary>The kind.</summary>
    public required InjectedFaultKind Kind { get; init; }

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The dataset, if it affects one stream.</summary>
    public string? Dataset { get; init; }

    /// <summary>The market, if it affects one stream.</summary>
    public string? Market { get; init; }

    /// <summary>The connection, if it affects one.</summary>
    public long? Connection { get; init; }

    /// <summary>Clock time of the request, microseconds UTC.</summary>
    public required long Ordered { get; init; }

    /// <summary>Additional details for people.</summary>
    public string? Detail { get; init; }

    /// <summary>Number of frames affected so far.</summary>
    public int Events { get; private set; }

    /// <summary>The time of the first affected event.</summary>
    public long? From { get; private set; }

    /// <summary>The time of the last affected event.</summary>
    public long? To { get; private set; }

    /// <summary>The sequence before the first affected event; null if the stream has none.</summary>
    public long? After { get; private set; }

    /// <summary>The sequence of the last affected event; null if the stream has none.</summary>
    public long? UpTo { get; private set; }

    /// <summary>Adds an affected event.</summary>
    public void AddEvent(SimulatedEvent happened)
    {
        Events++;
        From ??= happened.Micros;
        To = happened.Micros;
        After ??= happened.Range?.After;
        UpTo = happened.Range?.UpTo ?? UpTo;
    }
}
