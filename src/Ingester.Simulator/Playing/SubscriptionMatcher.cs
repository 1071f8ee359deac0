using System.Text.Json;
using Ingester.Core.Exchanges;

namespace Ingester.Simulator.Playing;

/// <summary>
/// Finds the streams in a client's subscribe message without knowing the protocol: the exchange forms the message for one stream, and the client's message
/// contains the stream when it contains each part of that message. Request ids do not count, nor do further messages that confirm no stream.
/// </summary>
internal sealed class SubscriptionMatcher
{
    private static readonly HashSet<string> IdNames = new(StringComparer.Ordinal) { "/id", "/req_id", "/reqid" };

    private readonly Dictionary<string, List<(Subscription Stream, bool IsSubscribe, HashSet<string> Parts)>> byRarest = new(StringComparer.Ordinal);

    /// <summary>Prepares the messages of all streams.</summary>
    public SubscriptionMatcher(IExchange exchange, IEnumerable<Subscription> streams)
    {
        var all = streams.SelectMany(stream => new[] { true, false }, (stream, subscribe) => (Stream: stream, IsSubscribe: subscribe, Parts: PartsOf(exchange, stream, subscribe)))
            .Where(entry => entry.Parts.Count > 0).ToList(); // not every exchange has a message that unsubscribes
        var counts = all.SelectMany(entry => entry.Parts).CountBy(part => part).ToDictionary(StringComparer.Ordinal);
        foreach (var entry in all)
        {
            var rarest = entry.Parts.MinBy(part => counts[part])!;
            if (!byRarest.TryGetValue(rarest, out var list))
                byRarest.Add(rarest, list = []);
            list.Add(entry);
        }
    }

    /// <summary>The streams that a message subscribes or unsubscribes, in the order of the message; none when it is another request.</summary>
    public (IReadOnlyList<Subscription> Streams, bool IsSubscribe) Match(JsonElement message)
    {
        var parts = new List<string>();
        AddParts(message, "", parts);
        var known = parts.ToHashSet(StringComparer.Ordinal);
        var found = known.Where(byRarest.ContainsKey).SelectMany(part => byRarest[part]).Where(entry => entry.Parts.IsSubsetOf(known)).ToList();
        return ([.. found.Select(entry => entry.Stream)], found.Count > 0 && found[0].IsSubscribe);
    }

    private static HashSet<string> PartsOf(IExchange exchange, Subscription stream, bool subscribe)
    {
        var id = 0L;
        var parts = new List<string>();
        foreach (var frame in exchange.CreateSubscribeFrames([stream], subscribe, ref id).Where(frame => frame.Streams.Count > 0))
        {
            using var document = JsonDocument.Parse(frame.Text);
            AddParts(document.RootElement, "", parts);
        }

        return parts.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Adds each value with its path. Elements of lists are parts of their own, also those of a list in an element, <c>[{"type":"trade","codes":[…]}]</c>, and in a text: <c>match:BTC-USDT,ETH-USDT</c>.</summary>
    private static void AddParts(JsonElement value, string path, List<string> parts)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when !path.EndsWith("[]", StringComparison.Ordinal):
                foreach (var property in value.EnumerateObject())
                    AddParts(property.Value, $"{path}/{property.Name}", parts);
                break;
            case JsonValueKind.Object when value.EnumerateObject().Any(IsList):
                var others = string.Join(',', value.EnumerateObject().Where(property => !IsList(property)).Select(property => property.Value.GetRawText()));
                foreach (var property in value.EnumerateObject().Where(IsList))
                    AddParts(property.Value, $"{path}{others}/{property.Name}", parts);
                break;
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                    AddParts(element, $"{path}[]", parts);
                break;
            case JsonValueKind.String when value.GetString()!.Split(':', 2) is [var name, var list] && list.Contains(',', StringComparison.Ordinal):
                parts.AddRange(list.Split(',').Select(element => $"{path}={name}:{element}"));
                break;
            case JsonValueKind.String:
                AddPart(value.GetString()!, path, parts);
                break;
            default:
                AddPart(value.GetRawText(), path, parts);
                break;
        }
    }

    private static bool IsList(JsonProperty property) => property.Value.ValueKind == JsonValueKind.Array;

    private static void AddPart(string value, string path, List<string> parts)
    {
        if (!IdNames.Contains(path))
            parts.Add($"{path}={value}");
    }
}
