using System.Text.Json.Serialization;
using Ingester.Core.Sequencing;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Faults;

/// <summary>What can go wrong.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
internal enum FaultKind
{
    /// <summary>Events reach nobody, or not one connection.</summary>
    Drop,

    /// <summary>Events are sent twice.</summary>
    Repeat,

    /// <summary>An event is sent after its successor.</summary>
    Reorder,

    /// <summary>A stream is silent for a span.</summary>
    Mute,

    /// <summary>A message that does not decode is sent beside the events.</summary>
    Garbage,

    /// <summary>An event carries a time years away.</summary>
    AbsurdTime,

    /// <summary>A stream's numbering begins again.</summary>
    Reset,

    /// <summary>A connection ends without a goodbye.</summary>
    Cut,

    /// <summary>A connection stays open and sends nothing for a span, then all that waited.</summary>
    Stall,

    /// <summary>Connections and requests are refused with 429 for a span.</summary>
    Refuse,

    /// <summary>A connection was cut because its client did not read; not ordered, but what it missed is missing there.</summary>
    SlowReader,
}

/// <summary>The forms of garbage.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GarbageKind>))]
internal enum GarbageKind
{
    /// <summary>JSON that ends too early.</summary>
    Truncated,

    /// <summary>A binary message of random bytes.</summary>
    Binary,

    /// <summary>Good JSON of a kind that nobody has heard of.</summary>
    Unknown,
}

/// <summary>What is to go wrong with a stream.</summary>
/// <param name="Kind">What.</param>
internal sealed record FaultOrder(FaultKind Kind)
{
    /// <summary>How many events it concerns. Default 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>How long it lasts in the clock's time, for those that last.</summary>
    public TimeSpan Span { get; init; }

    /// <summary>The only connection that it concerns; null for all.</summary>
    public long? Connection { get; init; }

    /// <summary>The form, for garbage.</summary>
    public GarbageKind Garbage { get; init; }

    /// <summary>The time that the event is to carry; null for ten years ahead.</summary>
    public long? Micros { get; init; }
}

/// <summary>A fault that happened, and exactly what it touched.</summary>
internal sealed record InjectedFault
{
    /// <summary>What.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The dataset, where it concerns one stream.</summary>
    public string? Dataset { get; init; }

    /// <summary>The market, where it concerns one stream.</summary>
    public string? Market { get; init; }

    /// <summary>The connection, where it concerns one.</summary>
    public long? Connection { get; init; }

    /// <summary>The clock when it was ordered, microseconds UTC.</summary>
    public required long Ordered { get; init; }

    /// <summary>What a person wants to know besides.</summary>
    public string? Detail { get; init; }

    /// <summary>How many frames it touched so far.</summary>
    public int Events { get; private set; }

    /// <summary>The time of the first event it touched.</summary>
    public long? From { get; private set; }

    /// <summary>The time of the last event it touched.</summary>
    public long? To { get; private set; }

    /// <summary>The sequence before the first event it touched; null where the stream has none.</summary>
    public long? After { get; private set; }

    /// <summary>The sequence of the last event it touched; null where the stream has none.</summary>
    public long? UpTo { get; private set; }

    /// <summary>One more event is touched.</summary>
    public void Touch(MarketEvent happened)
    {
        Events++;
        From ??= happened.Micros;
        To = happened.Micros;
        After ??= happened.Range?.After;
        UpTo = happened.Range?.UpTo ?? UpTo;
    }
}
