using System.ComponentModel.DataAnnotations;
using Ingester.Core.Segments;
using Ingester.WebSockets;
using Microsoft.Extensions.Options;

namespace Ingester.Recording.Sessions;

/// <summary>How connections are made and kept, the same for all exchanges; bound from <c>Ingester:Connections</c>.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Ingester:Connections";

    /// <summary>How long opening a connection may take. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan DialTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The upper edge of the first wait before a connection is tried again; it doubles with each failure. Default 0.5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Where the upper edge stops growing. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan BackoffCap { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A connection that lived this long was good: the next failure starts at <see cref="BackoffBase"/> again. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan StableAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long to keep off an exchange that answers 429 or 418 and does not say how long. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan HoldOff { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Replaces the exchange's own silence limit: a connection without a frame for this long is dead. Default: the exchange's.</summary>
    public TimeSpan? SilenceLimit { get; set; }

    /// <summary>How often a protocol ping is sent. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long its pong may take; it finds a dead line sooner than <see cref="SilenceLimit"/> does. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a subscription may stay unanswered before it is reported. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a stream that is refused or not confirmed is asked for before it is reported; after that it is asked for now and then. Default 5.</summary>
    [Range(1, 100)]
    public int SubscribeTries { get; set; } = 5;

    /// <summary>How often an exchange is asked what it has subscribed, where it can be asked. Default 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SubscriptionCheckInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The oldest that a connection gets before its successor takes over; it does so between half of this age and all of it. Default: 95 % of the age at
    /// which the exchange cuts connections, and never where it does not.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "30.00:00:00")]
    public TimeSpan? RotateAfter { get; set; }

    /// <summary>How long a successor must bring everything before the old connection is closed. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan HandoverOverlap { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long both may be open before the successor takes over or is given up. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan HandoverLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A stream is stalled after this many times its usual interval without an event. Default 30.</summary>
    [Range(2, 10_000)]
    public double StallFactor { get; set; } = StallRule.Default.Factor;

    /// <summary>No shorter silence of one stream counts as a stall. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StallFloor { get; set; } = StallRule.Default.Floor;

    /// <summary>True when all replicas reach the exchanges from one address: each then takes its part of what an address may do. Default false.</summary>
    public bool ShareAddress { get; set; }

    /// <summary>How long a stopping connection waits for the exchange's close frame. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// While many frames come, so long they may gather before they are read together: waking for each costs more than reading it. Default 0.25 ms; zero wakes
    /// for every frame.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:00.100")]
    public TimeSpan GatherFrames { get; set; } = TimeSpan.FromMilliseconds(0.25);

    /// <summary>
    /// The WebSocket client: <c>EventLoop</c>, the default, or <c>Framework</c>, .NET's <c>ClientWebSocket</c>, which costs several times the CPU. A connection through a proxy
    /// always uses that one.
    /// </summary>
    [EnumDataType(typeof(WebSocketClient))]
    public WebSocketClient Client { get; set; }

    /// <summary>How many threads receive. Default: one for every two processors; each reads many connections.</summary>
    [Range(1, 256)]
    public int ReceiveThreads { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>The bytes of a connection's receive buffer; longer messages borrow a larger one while they last. Default 64 KiB.</summary>
    [Range(1 << 10, 1 << 24)]
    public int ReceiveBuffer { get; set; } = 1 << 16;

    /// <summary>The longest message that is taken; a longer one ends the connection. Default 16 MiB.</summary>
    [Range(1 << 10, 1 << 30)]
    public int MaxMessage { get; set; } = 1 << 24;

    /// <summary>How long asking for a market list may take. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest market list that is taken, in bytes after decompression. Default 64 MiB.</summary>
    [Range(1 << 10, 1 << 30)]
    public int MaxMarketList { get; set; } = 1 << 26;

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

/// <summary>Checks <see cref="ConnectionOptions"/> against the limits in its attributes.</summary>
[OptionsValidator]
internal sealed partial class ConnectionOptionsValidator : IValidateOptions<ConnectionOptions>;
