namespace Ingester.Core.Sequencing;

/// <summary>An event, as passed to its stream's cursor.</summary>
/// <param name="Range">The sequence range of the event.</param>
/// <param name="Micros">Its exchange time, microseconds UTC; null when it is implausible or not from the exchange.</param>
/// <param name="Hash">The hash of its row.</param>
/// <param name="Connection">The connection that received it.</param>
internal readonly record struct CursorEvent(SequenceRange Range, long? Micros, ulong Hash, int Connection)
{
    /// <summary>True when the exchange replays the event after a subscription: it never begins a new numbering.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>
    /// True while two connections carry the stream, or the second has not caught up yet, and they may group ids into different events. False for an
    /// event that is too old for that.
    /// </summary>
    public bool MayRegroup { get; init; }
}
