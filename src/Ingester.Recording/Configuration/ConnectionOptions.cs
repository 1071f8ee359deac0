using System.ComponentModel.DataAnnotations;
using Ingester.Core.Time;
using Ingester.WebSockets;

namespace Ingester.Recording.Configuration;

/// <summary>
/// Options of all connections, the same for all exchanges. Public properties are bound from <c>Ingester:Connections</c>. Internal ones
/// are no settings of users: only tests change them, by <c>Ingester:Internal:Connections</c>.
/// </summary>
internal sealed class ConnectionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Ingester:Connections";

    /// <summary>Timeout for opening a connection. Default 10 s.</summary>
    internal TimeSpan DialTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Upper bound of the first wait before a reconnect; it doubles with each failure. Default 0.5 s.</summary>
    internal TimeSpan BackoffBase { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Limit of that upper bound. Default 60 s.</summary>
    internal TimeSpan BackoffCap { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Age at which a connection counts as stable: the next failure waits from <see cref="BackoffBase"/> again. Default 1 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan StableAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Wait after an HTTP status 429 or 418 without a Retry-After header. Default 1 min.</summary>
    internal TimeSpan HoldOff { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Maximum time without a frame; the connection is then closed and reopened. Default: the exchange's own limit.</summary>
    public TimeSpan? SilenceLimit { get; set; }

    /// <summary>Interval without data after which a WebSocket ping is sent. Default 15 s.</summary>
    internal TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Timeout for data after a ping. A dead connection is detected sooner than by <see cref="SilenceLimit"/>. Default 15 s.
    /// </summary>
    internal TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Time without an answer after which a subscription request counts as unanswered and is reported. Default 10 s.</summary>
    internal TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Number of attempts to subscribe a stream before it is reported as failed; after that it is retried every 10 minutes. Default 5.
    /// </summary>
    internal int SubscribeTries { get; set; } = 5;

    /// <summary>
    /// Interval at which the exchange's list of subscriptions is requested, where the exchange offers one. Default 5 min.
    /// </summary>
    internal TimeSpan SubscriptionCheckInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Maximum age of a connection. Its successor takes over between half of this age and all of it. Default: 95 % of the age at which
    /// the exchange closes connections; without such an age, connections are never replaced.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "30.00:00:00")]
    public TimeSpan? RotateAfter { get; set; }

    /// <summary>How long a successor must receive all streams before the old connection is closed. Default 2 s.</summary>
    internal TimeSpan HandoverOverlap { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Maximum time that both connections are open; then the successor takes over or is abandoned. Default 30 s.</summary>
    internal TimeSpan HandoverLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Multiple of the usual interval between events after which a stream counts as stalled. Default 30.</summary>
    internal double StallFactor { get; set; } = StallRule.Default.Factor;

    /// <summary>Minimum time without an event after which a stream counts as stalled. Default 1 min.</summary>
    internal TimeSpan StallFloor { get; set; } = StallRule.Default.Floor;

    /// <summary>
    /// True when all replicas connect from one IP address: each replica then uses its share of the exchange's rate limits. Default
    /// false.
    /// </summary>
    public bool ShareAddress { get; set; }

    /// <summary>How long a stopping connection waits for the exchange's close frame. Default 2 s.</summary>
    internal TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Under load, how long frames are left in the socket so that one wake-up reads several: a wake-up costs more than reading a frame.
    /// Default 0.25 ms; zero wakes up for every frame.
    /// </summary>
    internal TimeSpan GatherFrames { get; set; } = TimeSpan.FromMilliseconds(0.25);

    /// <summary>
    /// The WebSocket client: <c>EventLoop</c>, the default, or <c>Framework</c>, .NET's <c>ClientWebSocket</c>, which costs several
    /// times the CPU. Connections through a proxy always use <c>Framework</c>.
    /// </summary>
    [EnumDataType(typeof(WebSocketClientKind))]
    public WebSocketClientKind Client { get; set; }

    /// <summary>Number of threads that read sockets. Default: half of the processors, at least one.</summary>
    [Range(1, 256)]
    public int ReceiveThreads { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>
    /// Size of a connection's receive buffer in bytes; a longer message gets a larger buffer for its duration. Default 64 KiB.
    /// </summary>
    internal int ReceiveBuffer { get; set; } = 1 << 16;

    /// <summary>Maximum length of a message in bytes; a longer one ends the connection. Default 16 MiB.</summary>
    internal int MaxMessage { get; set; } = 1 << 24;

    /// <summary>Timeout of a REST request. Default 30 s.</summary>
    internal TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Maximum length of a REST response in bytes, before and after decompression. Default 64 MiB.</summary>
    internal int MaxMarketList { get; set; } = 1 << 26;

    /// <summary>The part of these options that the WebSocket client needs.</summary>
    public WebSocketOptions ForWebSockets() => new()
    {
        DialTimeout = DialTimeout,
        KeepAliveInterval = KeepAliveInterval,
        KeepAliveTimeout = KeepAliveTimeout,
        CoalesceInterval = GatherFrames,
        Client = Client,
        ReceiveThreads = ReceiveThreads,
        ReceiveBuffer = ReceiveBuffer,
        MaxMessage = MaxMessage,
    };
}
