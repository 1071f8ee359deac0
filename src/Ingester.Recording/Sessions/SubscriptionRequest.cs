using Ingester.Core.Exchanges;

namespace Ingester.Recording.Sessions;

/// <summary>One message to the exchange and its streams that are not answered yet.</summary>
/// <param name="frame">The message.</param>
/// <param name="subscribes">True for a subscription, false for an unsubscription.</param>
internal sealed class SubscriptionRequest(SubscribeFrame frame, bool subscribes)
{
    /// <summary>The message.</summary>
    public SubscribeFrame Frame => frame;

    /// <summary>True for a subscription, false for an unsubscription.</summary>
    public bool IsSubscribe => subscribes;

    /// <summary>The streams that are not answered yet.</summary>
    public HashSet<Subscription> OpenStreams { get; } = [.. frame.Streams];

    /// <summary>When the message was sent, on the session's clock.</summary>
    public TimeSpan SentAt { get; set; }
}
