using Ingester.Core.Exchanges;

namespace Ingester.Simulator.Playing.AdapterContract;

/// <summary>
/// The messages of an exchange that a recording cannot contain, because they differ for each client: answers to requests, books for late subscriptions,
/// counters of a connection.
/// </summary>
internal sealed record PlayerAdapter
{
    /// <summary>The answers to a request that subscribes or unsubscribes streams.</summary>
    public required Func<ClientRequest, IEnumerable<string>> Acknowledge { get; init; }

    /// <summary>A market list with these symbols; null when none of them is in the requested list.</summary>
    public required Func<IReadOnlyList<ListedSymbol>, Uri, string?> MarketList { get; init; }

    /// <summary>The first message of each connection; null for none.</summary>
    public string? Welcome { get; init; }

    /// <summary>The answer to any other request, such as a ping; null for none. Default: none.</summary>
    public Func<ClientRequest, string?> Answer { get; init; } = static _ => null;

    /// <summary>The streams that a request unsubscribes, where it names them by their channel ids. Default: none.</summary>
    public Func<ClientRequest, IEnumerable<Subscription>> FindByChannelId { get; init; } = static _ => [];

    /// <summary>
    /// The channel of a heartbeat that names one only by its id, and its stream, which is null when no client can subscribe it. Default: a heartbeat of the connection.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, ChannelTable, (bool HasChannel, Subscription? Stream)> FindHeartbeat { get; init; } = static (_, _) => default;

    /// <summary>The snapshot for a stream that is subscribed in the middle of the recording; null where the exchange sends none.</summary>
    public Func<PlayedBook, string>? Snapshot { get; init; }

    /// <summary>Writes the counters of the client's connection into a message; null where messages have none.</summary>
    public Func<ReadOnlyMemory<byte>, MessageCounters, ReadOnlyMemory<byte>>? Number { get; init; }

    /// <summary>The response to a REST request with this path that is not recorded; null for none. Default: none.</summary>
    public Func<string, string?> Respond { get; init; } = static _ => null;
}
