using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Simulator.Connections;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing;

/// <summary>One client of the player and what it has subscribed. Used under the lock of the player.</summary>
/// <param name="client">The connection.</param>
/// <param name="adapter">The adapter of the exchange.</param>
internal sealed class PlayedConnection(ClientConnection client, PlayerAdapter adapter)
{
    private readonly Dictionary<PlayedStream, Subscription> streams = [];
    private readonly Dictionary<PlayedStream, StreamDelivery> deliveries = [];
    private readonly MessageCounters counters = new();

    /// <summary>The connection id.</summary>
    public long Id => client.Id;

    /// <summary>The path below that of the exchange.</summary>
    public string Path => client.Path;

    /// <summary>True when nothing can be sent any more.</summary>
    public bool IsClosed => client.IsClosed;

    /// <summary>Until when the connection sends nothing, by the player's clock in microseconds UTC; what falls into that time is not sent at all.</summary>
    public long SilentUntil { get; set; }

    /// <summary>The subscribed streams.</summary>
    public IReadOnlyCollection<Subscription> Subscribed => streams.Values;

    /// <summary>What the connection received of each stream.</summary>
    public IReadOnlyDictionary<PlayedStream, StreamDelivery> Deliveries => deliveries;

    /// <summary>Adds a stream; false when it was subscribed already.</summary>
    public bool Add(Subscription stream) => streams.TryAdd(new(stream.Dataset, stream.Market.Symbol), stream);

    /// <summary>Removes a stream.</summary>
    public void Remove(Subscription stream) => streams.Remove(new(stream.Dataset, stream.Market.Symbol));

    /// <summary>True when the stream is subscribed.</summary>
    public bool Has(PlayedStream stream) => streams.ContainsKey(stream);

    /// <summary>True when a stream of the symbol is subscribed.</summary>
    public bool HasSymbol(string symbol) => streams.Keys.Any(stream => stream.Symbol == symbol);

    /// <summary>The message with the next number of this connection, where the exchange numbers its messages.</summary>
    public ReadOnlyMemory<byte> Number(ReadOnlyMemory<byte> message) => adapter.Number is { } number ? number(message, counters) : message;

    /// <summary>Sends a message, as binary when <paramref name="isBinary"/>; false when the connection is closed.</summary>
    public bool Send(ReadOnlyMemory<byte> message, bool isBinary)
    {
        var frame = isBinary ? SharedFrame.Binary(message.Span) : SharedFrame.Text(message.Span);
        var isSent = client.TrySend(frame);
        frame.Release();
        return isSent;
    }

    /// <summary>Sends a protocol ping.</summary>
    public void Ping()
    {
        var frame = SharedFrame.Ping([]);
        client.TrySend(frame);
        frame.Release();
    }

    /// <summary>Records that an event was sent. A snapshot or a repeated trade is no event, but the stream has reached its time or id.</summary>
    public void Count(in PlayedEvent played)
    {
        var before = deliveries.GetValueOrDefault(played.Stream, StreamDelivery.None);
        if (!played.IsRepeated)
            deliveries[played.Stream] = before.Add(played);
        else if (played.Stream.Dataset == Dataset.Depth)
            deliveries[played.Stream] = before with { LastMicros = Math.Max(before.LastMicros, played.Micros) };
        else
            deliveries[played.Stream] = before with { Last = played.Range?.UpTo > (before.Last?.UpTo ?? long.MinValue) ? played.Range : before.Last };
    }

    /// <summary>Ends the connection after all queued frames, without a close frame.</summary>
    public void Cut() => client.Cut(insideFrame: false);
}
