using Ingester.Core.Exchanges;

namespace Ingester.Recording.Lanes;

/// <summary>Receives what an exchange sends besides events.</summary>
internal interface INoticeListener
{
    /// <summary>Called while the frame is processed; the notice is valid during the call only.</summary>
    void OnNotice(in Notice notice);

    /// <summary>
    /// Requests that a stream is resubscribed, because it is stalled or its book is invalid. Called by the thread that ticks the lane.
    /// </summary>
    void Resubscribe(Subscription stream);
}
