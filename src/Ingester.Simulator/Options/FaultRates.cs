namespace Ingester.Simulator.Options;

/// <summary>The probability of each fault per event, drawn from a random generator of its own with the same seed.</summary>
internal sealed record FaultRates
{
    /// <summary>The event is not sent.</summary>
    public double Drop { get; init; }

    /// <summary>The event is sent twice.</summary>
    public double Repeat { get; init; }

    /// <summary>The event is sent after the event that follows it.</summary>
    public double Reorder { get; init; }

    /// <summary>A message that cannot be decoded follows.</summary>
    public double Garbage { get; init; }

    /// <summary>The event carries a time that is years off.</summary>
    public double AbsurdTime { get; init; }

    /// <summary>The numbering of the stream is reset.</summary>
    public double Reset { get; init; }

    /// <summary>One of the stream's connections is cut, half of the time inside a frame.</summary>
    public double Cut { get; init; }

    /// <summary>The stream sends nothing for <see cref="MuteDuration"/>.</summary>
    public double Mute { get; init; }

    /// <summary>Duration of <see cref="Mute"/> in the clock's time. Default: 5 s.</summary>
    public TimeSpan MuteDuration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The probability of any fault per event.</summary>
    public double Total => Drop + Repeat + Reorder + Garbage + AbsurdTime + Reset + Cut + Mute;
}
