using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Recordings;
using Ingester.Core.Time;
using Ingester.Simulator.Connections;
using Ingester.Simulator.Playing.AdapterContract;
using Ingester.Simulator.Statistics;

namespace Ingester.Simulator.Playing;

/// <summary>The exchange of a recording: its clients, their subscriptions, and who receives a frame. All state is guarded by <see cref="Gate"/>.</summary>
internal sealed class PlayedExchange : IConnectionOwner
{
    private const int MaxQueuedFrames = 1 << 17;
    private const ushort NormalClosure = 1000;

    private readonly PlayableRecording recording;
    private readonly TimeProvider clock;
    private readonly SubscriptionMatcher matcher;
    private readonly PlayedBooks books;
    private readonly ConnectionSettings settings;
    private readonly Dictionary<ClientConnection, PlayedConnection> connections = [];

    /// <summary>Creates the exchange of a recording.</summary>
    public PlayedExchange(PlayableRecording recording, TimeProvider clock)
    {
        (this.recording, this.clock) = (recording, clock);
        matcher = new(recording.Exchange, recording.Subscriptions);
        books = new(Profile);
        settings = new(clock, Counters, MaxQueuedFrames, Profile.MessageLimit);
        Content = new() { BookDataset = Profile.BookDataset, Books = recording.Adapter.Snapshot is null ? null : books };
    }

    /// <summary>Must be held to read or change the state.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The content of the frame that is played.</summary>
    public FrameContent Content { get; }

    /// <summary>The counters.</summary>
    public SimulatedExchangeCounters Counters { get; } = new();

    /// <summary>Number of messages sent to all connections, answers included.</summary>
    public long Messages { get; private set; }

    /// <summary>The open connections.</summary>
    public IReadOnlyCollection<PlayedConnection> Connections => connections.Values;

    private ExchangeProfile Profile => recording.Exchange.Profile;

    /// <summary>Creates a connection whose handshake is not answered yet, and sends its first message.</summary>
    public ClientConnection Connect(ConnectionOrigin origin, Action abort)
    {
        var client = new ClientConnection(this, settings, origin, abort);
        lock (Gate)
        {
            Counters.Opened++;
            var connection = new PlayedConnection(client, recording.Adapter);
            connections.Add(client, connection);
            if (recording.Adapter.Welcome is { } welcome)
                SendText(connection, welcome);
        }

        return client;
    }

    /// <summary>Sends a frame, which <see cref="Content"/> describes, to the connections that receive it; returns their number.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="recorded">The recorded connections.</param>
    public int Play(in RecordedFrame frame, RecordedConnections recorded)
    {
        var (number, now, connection) = (0, Micros.Now(clock), frame.Connection);
        var heartbeat = Content.IsForAll ? recording.Adapter.FindHeartbeat(frame.Bytes, recording.Channels) : default;
        var played = Content.Events.Where(one => recorded.IsOwner(connection, one.Stream)).ToList();
        foreach (var client in connections.Values)
        {
            if (client.IsClosed || now < client.SilentUntil)
                continue;
            var mine = played.Where(one => client.Has(one.Stream)).ToList();
            if (mine.Count == 0 && !IsForClient(client, heartbeat))
                continue;
            Send(client, frame);
            foreach (var one in mine)
                client.Count(one);
            number++;
        }

        return number;
    }

    /// <summary>Sends a protocol ping to every connection.</summary>
    public void PingAll()
    {
        var now = Micros.Now(clock);
        foreach (var client in connections.Values.Where(client => !client.IsClosed && now >= client.SilentUntil))
            client.Ping();
    }

    /// <inheritdoc/>
    public void OnMessage(ClientConnection connection, ReadOnlyMemory<byte> message)
    {
        lock (Gate)
            if (connections.TryGetValue(connection, out var client) && !client.IsClosed && Micros.Now(clock) >= client.SilentUntil)
                Answer(client, Encoding.UTF8.GetString(message.Span));
    }

    /// <inheritdoc/>
    public void OnCloseReceived(ClientConnection connection)
    {
        lock (Gate)
            connection.Close(NormalClosure, "");
    }

    /// <inheritdoc/>
    public void OnSlowReader(ClientConnection connection)
    {
        Counters.SlowReaders++;
        connection.Abort();
    }

    /// <inheritdoc/>
    public void OnDisconnected(ClientConnection connection)
    {
        lock (Gate)
        {
            connection.Cut(insideFrame: false);
            connections.Remove(connection);
        }
    }

    /// <summary>True when a client receives a frame without events of its streams.</summary>
    private bool IsForClient(PlayedConnection client, (bool HasChannel, Subscription? Stream) heartbeat) =>
        heartbeat.HasChannel ? heartbeat.Stream is { } stream && client.Has(new(stream.Dataset, stream.Market.Symbol))
        : (Content.IsForAll && client.Subscribed.Count > 0) || (Content.HeartbeatSymbol is { } symbol && client.HasSymbol(symbol));

    private void Answer(PlayedConnection client, string text)
    {
        using var document = ParseOrNull(text);
        var request = new ClientRequest(text, document?.RootElement ?? default)
        {
            Profile = Profile,
            Channels = recording.Channels,
            Subscribed = client.Subscribed,
            Micros = Micros.Now(clock),
        };
        var (streams, isSubscribe) = document is null ? ([], false) : matcher.Match(document.RootElement);
        if (streams.Count == 0)
            streams = [.. recording.Adapter.FindByChannelId(request)];
        if (streams.Count == 0)
        {
            if (recording.Adapter.Answer(request) is { } answer)
                SendText(client, answer);
            return;
        }

        if (Profile.ReplacesSubscriptions)
            foreach (var replaced in client.Subscribed.Except(streams).ToList())
                client.Remove(replaced);
        var added = new List<Subscription>();
        foreach (var stream in streams)
            if (!isSubscribe)
                client.Remove(stream);
            else if (client.Add(stream))
                added.Add(stream);
        foreach (var answer in recording.Adapter.Acknowledge(request with { Streams = streams, IsSubscribe = isSubscribe }))
            SendText(client, answer);
        foreach (var stream in added.Where(stream => stream.Dataset == Profile.BookDataset))
            if (recording.Adapter.Snapshot is { } write && books.Find(stream, recording.Channels) is { } book)
                SendText(client, write(book));
    }

    private static JsonDocument? ParseOrNull(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void SendText(PlayedConnection client, string text) => Send(client, new(null, 0, RecordedFrameKind.Text, Encoding.UTF8.GetBytes(text)));

    /// <summary>Numbers a message, and compresses one that the recording holds decompressed, as the exchange does.</summary>
    private void Send(PlayedConnection client, in RecordedFrame frame)
    {
        var isCompressed = Profile.BinaryFrames != BinaryFrames.Plain;
        var message = client.Number(frame.Bytes);
        var isSent = isCompressed && frame is { Kind: RecordedFrameKind.Text, Connection: 0 }
            ? client.Send(Compress(message), isBinary: true)
            : client.Send(message, isBinary: isCompressed && frame.Kind == RecordedFrameKind.Binary);
        Messages += isSent ? 1 : 0;
    }

    private byte[] Compress(ReadOnlyMemory<byte> text)
    {
        using var compressed = new MemoryStream();
        using (Stream compressing = Profile.BinaryFrames == BinaryFrames.Gzip ? new GZipStream(compressed, CompressionMode.Compress) : new DeflateStream(compressed, CompressionMode.Compress))
            compressing.Write(text.Span);
        return compressed.ToArray();
    }
}
