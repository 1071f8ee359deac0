using Ingester.Core.Exchanges;
using Ingester.Core.Telemetry;

namespace Ingester.Checking;

/// <summary>What happened to the connections.</summary>
internal sealed record ConnectionFacts
{
    /// <summary>Number of opened connections.</summary>
    public int Opened { get; private init; }

    /// <summary>Seconds from the first attempt to the open connection, the longest: rate limit, token, TCP, TLS and handshake; null without a connection.</summary>
    public double? DialSeconds { get; private init; }

    /// <summary>Seconds from the opening to the first frame, the longest; null without a frame.</summary>
    public double? FirstFrameSeconds { get; private init; }

    /// <summary>Opened connections that received no frame.</summary>
    public int Silent { get; private init; }

    /// <summary>Failed attempts by kind.</summary>
    public IReadOnlyDictionary<string, long> Failed { get; private init; } = new Dictionary<string, long>();

    /// <summary>Lost connections by kind.</summary>
    public IReadOnlyDictionary<string, long> Lost { get; private init; } = new Dictionary<string, long>();

    /// <summary>Subscription requests by problem: refused, unanswered, unlisted, given-up.</summary>
    public IReadOnlyDictionary<string, long> Requests { get; private init; } = new Dictionary<string, long>();

    /// <summary>Heartbeats of the exchange.</summary>
    public long Heartbeats { get; private init; }

    /// <summary>Messages that were sent.</summary>
    public long Sent { get; private init; }

    /// <summary>Pings of the exchange's own protocol that were sent.</summary>
    public long PingsSent { get; private init; }

    /// <summary>Pings of the exchange inside its protocol that were answered.</summary>
    public long PingsAnswered { get; private init; }

    /// <summary>Notices that messages of the connection were lost, by the exchange's own counter.</summary>
    public long MessagesLost { get; private init; }

    /// <summary>Notices that the exchange closes the connection soon.</summary>
    public long ClosingSoon { get; private init; }

    /// <summary>Collects the facts.</summary>
    public static ConnectionFacts Of(ExchangeObserver observer, IngesterMeter meter, RawResults raw) => new()
    {
        Opened = observer.Connections.Count,
        DialSeconds = observer.Connections.Max(connection => (double?)connection.Dialed.TotalSeconds),
        FirstFrameSeconds = observer.Connections.Max(connection => connection.FirstFrameAfter?.TotalSeconds),
        Silent = observer.Connections.Count(connection => connection.Frames == 0),
        Failed = meter.ConnectionsFailed.ByLastTag,
        Lost = meter.ConnectionsLost.ByLastTag,
        Requests = meter.RequestsFailed.ByLastTag,
        Heartbeats = observer.CountOf(NoticeKind.Heartbeat),
        Sent = raw.Sent,
        PingsSent = raw.PingsSent,
        PingsAnswered = observer.CountOf(NoticeKind.ReplyExpected),
        MessagesLost = observer.CountOf(NoticeKind.MessagesLost),
        ClosingSoon = observer.CountOf(NoticeKind.ClosingSoon),
    };
}
