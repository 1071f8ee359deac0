using System.Numerics;

namespace Ingester.Deriving.Books;

/// <summary>Time-weighted mean of one value over spans that end at ticks. Integrals are exact. A span in which the value was not known has no mean.</summary>
internal sealed class MeanTracker
{
    private BigInteger integral;
    private BigInteger? value;
    private long since; // the integral is up to this time
    private long unknownMicros;

    /// <summary>Begins at a time with an empty integral; the value stays.</summary>
    public void Restart(long micros) => (integral, since, unknownMicros) = (BigInteger.Zero, micros, 0);

    /// <summary>Sets the value from a time on; null when it is not known.</summary>
    public void Set(BigInteger? next, long micros)
    {
        if (next == value)
            return;
        Advance(micros);
        value = next;
    }

    /// <summary>The integral up to a time.</summary>
    public MeanPoint PointAt(long micros)
    {
        Advance(micros);
        return new(integral, unknownMicros);
    }

    private void Advance(long micros)
    {
        if (micros <= since)
            return;
        if (value is { } known)
            integral += known * (micros - since);
        else
            unknownMicros += micros - since;
        since = micros;
    }
}
