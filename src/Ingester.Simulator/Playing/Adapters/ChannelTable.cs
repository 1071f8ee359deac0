using System.Text.Json;
using Ingester.Core.Exchanges;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>The acknowledgements of a recording, by channel and symbol, and the ids in them.</summary>
/// <param name="acknowledgements">The messages, by the exchange's names of channel and symbol.</param>
/// <param name="known">All streams that can be subscribed.</param>
internal sealed class ChannelTable(IReadOnlyDictionary<(string Channel, string Symbol), string> acknowledgements, IReadOnlyList<Subscription> known)
{
    private const long FirstUnrecordedId = 1_000_000_000;

    private readonly Dictionary<Subscription, int> positions = known.Index().ToDictionary(entry => entry.Item, entry => entry.Index);

    /// <summary>The recorded message that acknowledges a stream; null when there is none.</summary>
    public string? Find(string channel, Subscription stream) => acknowledgements.GetValueOrDefault((channel, stream.Market.Symbol));

    /// <summary>The id of a stream's channel: the recorded one, or one that the recording does not use.</summary>
    public long IdOf(string channel, Subscription stream)
    {
        if (Find(channel, stream) is not { } text)
            return FirstUnrecordedId + positions.GetValueOrDefault(stream);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.GetProperty("chanId").GetInt64();
    }
}
