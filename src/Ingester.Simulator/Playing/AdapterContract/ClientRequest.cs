using System.Text.Json;
using Ingester.Core.Exchanges;

namespace Ingester.Simulator.Playing.AdapterContract;

/// <summary>A message of a client.</summary>
/// <param name="Text">The message.</param>
/// <param name="Json">The message as JSON; undefined when it is not JSON.</param>
internal sealed record ClientRequest(string Text, JsonElement Json)
{
    private static readonly string[] IdNames = ["id", "req_id", "reqid"];

    /// <summary>The facts of the exchange.</summary>
    public required ExchangeProfile Profile { get; init; }

    /// <summary>What the recording says about its channels.</summary>
    public required ChannelTable Channels { get; init; }

    /// <summary>The streams that the message subscribes or unsubscribes.</summary>
    public IReadOnlyList<Subscription> Streams { get; init; } = [];

    /// <summary>True when it subscribes them.</summary>
    public bool IsSubscribe { get; init; }

    /// <summary>All streams of the connection, after the request.</summary>
    public required IReadOnlyCollection<Subscription> Subscribed { get; init; }

    /// <summary>Time of the player's clock, microseconds UTC.</summary>
    public long Micros { get; init; }

    /// <summary>The request id as JSON; <c>null</c> when it has none.</summary>
    public string Id => Json.ValueKind == JsonValueKind.Object
        ? IdNames.Select(name => Json.TryGetProperty(name, out var id) ? id.GetRawText() : null).FirstOrDefault(id => id is not null) ?? "null"
        : "null";

    /// <summary>The text of a property; null when the message has no such text.</summary>
    public string? Find(string name) =>
        Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The exchange's name of a stream's channel.</summary>
    public string ChannelOf(Subscription stream) => Profile.ChannelOf(stream.Dataset);
}
