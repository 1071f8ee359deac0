namespace Ingester.Core.Segments;

/// <summary>The two times that a connection knows, read once per receive call and never mixed.</summary>
internal sealed class FeedClock
{
    /// <summary>The local clock when the bytes came, microseconds UTC.</summary>
    public long Local { get; set; }

    /// <summary>
    /// The exchange's clock: the highest plausible time that anything on this connection carried, microseconds UTC; zero before the first.
    /// </summary>
    public long Exchange { get; private set; }

    /// <summary>How far the exchange's clock was behind the local one when it last moved on, in microseconds: the way here, and what the local clock is ahead.</summary>
    public long Lag { get; private set; }

    /// <summary>Takes an exchange time into account, unless it is further ahead of the local clock than plausible.</summary>
    public void Hear(long micros, long tolerance)
    {
        if (micros > Exchange && micros <= Local + tolerance)
            (Exchange, Lag) = (micros, Local - micros);
    }
}
