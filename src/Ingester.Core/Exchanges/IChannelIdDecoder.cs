namespace Ingester.Core.Exchanges;

/// <summary>Capability of a decoder whose exchange unsubscribes by the id that it gave to a subscription on this connection.</summary>
internal interface IChannelIdDecoder : IFrameDecoder
{
    /// <summary>
    /// The message that unsubscribes a stream; null when this connection has no such subscription. It is sent in place of the <see
    /// cref="SubscribeFrame.Text"/> of an unsubscription, which only names the stream. Any thread may call it.
    /// </summary>
    /// <param name="channel">The exchange's own name of the channel.</param>
    /// <param name="symbol">The exchange's own symbol.</param>
    string? UnsubscribeMessage(string channel, string symbol);
}
