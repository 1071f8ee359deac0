using System.Text.Json;
using Ingester.Core.Exchanges;

namespace Ingester.Simulator.Playing.AdapterContract;

/// <summary>The acknowledgements of a recording, by channel and symbol, and the ids in them.</summary>
/// <param name="profile">The facts of the exchange.</param>
/// <param name="acknowledgements">The messages, by the exchange's names of channel and symbol.</param>
/// <param name="known">All streams that can be subscribed.</param>
internal sealed class ChannelTable(ExchangeProfile profile, IReadOnlyDictionary<(string Channel, string Symbol), string> acknowledgements, IReadOnlyList<Subscription> known)
{
    private const long FirstUnrecordedId = 1_000_000_000;

    private readonly Dictionary<long, Subscription> byId = FindIds(profile, acknowledgements, known);
    private readonly Dictionary<Subscription, int> positions = known.Index().ToDictionary(entry => entry.Item, entry => entry.Index);

    /// <summary>The recorded message that acknowledges a stream; null when there is none.</summary>
    public string? Find(string channel, Subscription stream) => acknowledgements.GetValueOrDefault((channel, stream.Market.Symbol));

    /// <summary>The id of a stream's channel: the recorded one, or one that the recording does not use.</summary>
    public long IdOf(string channel, Subscription stream)
    {
        if (Find(channel, stream) is not { } text)
            return FirstUnrecordedId + positions.GetValueOrDefault(stream);
        return IdIn(text) ?? throw new InvalidOperationException($"The acknowledgement names no channel id: {text}");
    }

    /// <summary>The stream of a recorded channel id; null when there is none.</summary>
    public Subscription? FindById(long id) => byId.GetValueOrDefault(id);

    private static Dictionary<long, Subscription> FindIds(ExchangeProfile profile, IReadOnlyDictionary<(string Channel, string Symbol), string> acknowledgements, IEnumerable<Subscription> known)
    {
        var found = new Dictionary<long, Subscription>();
        foreach (var stream in known)
            if (acknowledgements.TryGetValue((profile.ChannelOf(stream.Dataset), stream.Market.Symbol), out var text) && IdIn(text) is { } id)
                found.TryAdd(id, stream);
        return found;
    }

    private static long? IdIn(string acknowledgement)
    {
        using var document = JsonDocument.Parse(acknowledgement);
        return document.RootElement.TryGetProperty("chanId", out var id) ? id.GetInt64() : null;
    }
}
