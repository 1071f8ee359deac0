namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>The state of one minute of a stream. Every value above <see cref="Quiet"/> is not proven; they are ordered by severity, as the verdicts of an audit.</summary>
internal enum MinuteState : byte
{
    /// <summary>No recording was expected, and nothing is stored.</summary>
    NotExpected,

    /// <summary>All events are stored.</summary>
    Complete,

    /// <summary>It is proven that there were no events.</summary>
    Quiet,

    /// <summary>Replicas have different rows, and neither is proven.</summary>
    Disputed,

    /// <summary>Some events are stored, but it is not proven that all are.</summary>
    Partial,

    /// <summary>No events are stored, and the minute is not proven quiet.</summary>
    Missing,
}
