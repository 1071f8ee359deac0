using Ingester.Core.Proof;
using Ingester.Core.Rows;

namespace Ingester.Core.Segments;

/// <summary>Whether a successor can take over a stream without loss.</summary>
internal enum Takeover : byte
{
    /// <summary>The predecessor can be closed: the successor delivers everything that follows.</summary>
    Ready,

    /// <summary>The successor is subscribed, but it is not proven yet that its rows continue those of the predecessor.</summary>
    Pending,

    /// <summary>The successor is not subscribed, or the predecessor delivers events that the successor does not.</summary>
    Missing,
}

/// <summary>
/// State of a handover, while two connections carry one stream: the successor's events that are not recorded yet, and the progress of both
/// connections.
/// </summary>
internal sealed class FeedOverlap(FeedClock older, FeedClock newer, FeedJoin? join)
{
    /// <summary>Maximum number of events of a numbered stream that wait for the predecessor; beyond it the ids between count as a gap.</summary>
    public const int MostHeld = 8192;

    /// <summary>The predecessor: the connection that carried the stream before.</summary>
    public FeedClock Older => older;

    /// <summary>The successor: the connection that takes over.</summary>
    public FeedClock Newer => newer;

    /// <summary>Aligns the rows of a stream without a sequence; null for a numbered stream.</summary>
    public FeedJoin? Join => join;

    /// <summary>Events of a numbered stream that the successor delivered before the predecessor reached their ids.</summary>
    public List<FeedRow> Held { get; } = [];

    /// <summary>Numbered streams: true once an event of the successor continues or overlaps the recorded chain.</summary>
    public bool Connected { get; set; }

    /// <summary>True once the successor is subscribed to the stream.</summary>
    public bool Covers { get; private set; }

    /// <summary>True once the successor has sent its snapshot.</summary>
    public bool Booked { get; set; }

    /// <summary>True when one connection has ended and the other still delivers duplicates.</summary>
    public bool Ended { get; set; }

    /// <summary>Exchange time of the predecessor's last event.</summary>
    public long LastOlder { get; private set; } = long.MinValue;

    /// <summary>Exchange time at which the successor was subscribed; zero until it has sent an exchange time.</summary>
    public long Since { get; private set; }

    /// <summary>The successor's events that are held.</summary>
    public IReadOnlyList<FeedRow> Waiting => join?.Held ?? Held;

    /// <summary>True when both connections are proven to deliver the same events, so that either can be closed.</summary>
    public bool Proven => join is null ? Connected : join.State == JoinState.Joined;

    /// <summary>Marks the successor as subscribed.</summary>
    public void Cover()
    {
        Covers = true;
        if (Since == 0)
            Since = newer.Exchange;
    }

    /// <summary>Records the time of an event of the predecessor.</summary>
    public void HeardOlder(long micros) => LastOlder = Math.Max(LastOlder, micros);

    /// <summary>True when the predecessor has delivered everything from before the successor's subscription, by the exchange clock.</summary>
    public bool Delivered(long grace) => Covers && Since > 0 && older.Exchange >= Since + grace;

    /// <summary>True when there is nothing to align: the stream had no events since the successor was subscribed.</summary>
    public bool Quiet(long grace) =>
        Delivered(grace) && Waiting.Count == 0 && join is not { Overflowed: true }
        && LastOlder <= Since + grace && (LastOlder == long.MinValue || newer.Exchange >= LastOlder + grace);

    /// <summary>Whether the successor can take over.</summary>
    public Takeover Judge(long grace)
    {
        if (!Covers)
            return Takeover.Missing;
        Cover(); // it may have received its first exchange time since
        if (Proven || Quiet(grace))
            return Takeover.Ready;
        var silent = Waiting.Count == 0 && Since > 0 && LastOlder > Since + grace && newer.Exchange >= LastOlder + grace;
        return silent ? Takeover.Missing : Takeover.Pending;
    }
}
