using Ingester.Core.Proof;
using Ingester.Core.Rows;

namespace Ingester.Core.Segments;

/// <summary>Whether a connection can take a stream over from the one before it without losing anything.</summary>
internal enum Takeover : byte
{
    /// <summary>The older connection can be closed: the newer brings everything that follows.</summary>
    Ready,

    /// <summary>The newer connection carries the stream, but that its rows follow on the older's is not proven yet.</summary>
    Pending,

    /// <summary>The newer connection does not carry the stream, or the older brings events of it that the newer does not.</summary>
    Missing,
}

/// <summary>While two connections carry one stream: what the newer brought that the stream has not taken yet, and what is known of both.</summary>
internal sealed class FeedOverlap(FeedClock older, FeedClock newer, FeedJoin? join)
{
    /// <summary>So many events of a numbered stream wait for the older connection; more than that, and what is between counts as missing.</summary>
    public const int MostHeld = 8192;

    /// <summary>The connection that carried the stream before.</summary>
    public FeedClock Older => older;

    /// <summary>The connection that takes it over.</summary>
    public FeedClock Newer => newer;

    /// <summary>Joins the rows where there is no sequence; null where a cursor does.</summary>
    public FeedJoin? Join => join;

    /// <summary>Events of a numbered stream that the newer connection brought before the older one came so far.</summary>
    public List<FeedRow> Held { get; } = [];

    /// <summary>Numbered: the newer connection brought something that follows on what is recorded or lies before its end.</summary>
    public bool Connected { get; set; }

    /// <summary>The newer connection carries the stream.</summary>
    public bool Covers { get; private set; }

    /// <summary>True once the newer connection has sent its whole book.</summary>
    public bool Booked { get; set; }

    /// <summary>One of the two has ended, and the other still brings what is known already.</summary>
    public bool Ended { get; set; }

    /// <summary>The exchange time of the last event of the older connection.</summary>
    public long LastOlder { get; private set; } = long.MinValue;

    /// <summary>The exchange time at which the newer connection began to carry the stream; zero while it has not told any time.</summary>
    public long Since { get; private set; }

    /// <summary>The events that are held.</summary>
    public IReadOnlyList<FeedRow> Waiting => join?.Held ?? Held;

    /// <summary>True when both are known to bring the same, so that either can go.</summary>
    public bool Proven => join is null ? Connected : join.State == JoinState.Joined;

    /// <summary>The newer connection carries the stream from now on.</summary>
    public void Cover()
    {
        Covers = true;
        if (Since == 0)
            Since = newer.Exchange;
    }

    /// <summary>The older connection brought an event.</summary>
    public void HeardOlder(long micros) => LastOlder = Math.Max(LastOlder, micros);

    /// <summary>The older connection has brought everything from before the newer one began, by the exchange's clock.</summary>
    public bool Delivered(long grace) => Covers && Since > 0 && older.Exchange >= Since + grace;

    /// <summary>Nothing came that would have to be joined: the stream was silent since the newer connection began.</summary>
    public bool Quiet(long grace) =>
        Delivered(grace) && Waiting.Count == 0 && join is not { Overflowed: true }
        && LastOlder <= Since + grace && (LastOlder == long.MinValue || newer.Exchange >= LastOlder + grace);

    /// <summary>Whether the newer connection can take over.</summary>
    public Takeover Judge(long grace)
    {
        if (!Covers)
            return Takeover.Missing;
        Cover(); // it may have told its first time since
        if (Proven || Quiet(grace))
            return Takeover.Ready;
        var silent = Waiting.Count == 0 && Since > 0 && LastOlder > Since + grace && newer.Exchange >= LastOlder + grace;
        return silent ? Takeover.Missing : Takeover.Pending;
    }
}
