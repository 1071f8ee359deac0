using System.Text.Json.Serialization;

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
