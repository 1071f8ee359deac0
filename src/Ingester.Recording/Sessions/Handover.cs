using Ingester.Core.Segments;

namespace Ingester.Recording.Sessions;

/// <summary>What a handover does next.</summary>
internal enum HandoverStep : byte
{
    /// <summary>Both connections stay.</summary>
    Wait,

    /// <summary>The successor takes over.</summary>
    Take,

    /// <summary>The successor is given up; the old connection stays.</summary>
    GiveUp,
}

/// <summary>
/// Decides when a successor takes over: when it has carried everything for a while, so that what was on its way on the old connection has come; or, when
/// the time is up, when the old one brings nothing that it does not bring.
/// </summary>
/// <param name="overlap">How long the successor must be ready before it takes over.</param>
/// <param name="limit">How long both may be open.</param>
internal sealed class Handover(TimeSpan overlap, TimeSpan limit)
{
    private TimeSpan? readySince;

    /// <summary>Judges how it stands.</summary>
    /// <param name="settled">True when the exchange has answered everything that the successor asked for.</param>
    /// <param name="takeover">What the lane says of the successor.</param>
    /// <param name="elapsed">How long both have been open.</param>
    public HandoverStep Judge(bool settled, Takeover takeover, TimeSpan elapsed)
    {
        if (settled && takeover == Takeover.Ready)
            readySince ??= elapsed;
        else
            readySince = null;
        return elapsed - readySince >= overlap ? HandoverStep.Take
            : elapsed < limit ? HandoverStep.Wait
            : settled && takeover != Takeover.Missing ? HandoverStep.Take
            : HandoverStep.GiveUp;
    }
}
