using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Recordings;
using Ingester.Simulator.Playing.AdapterContract;
using Ingester.Simulator.Playing.Adapters;

namespace Ingester.Simulator.Playing;

/// <summary>A recording with what its first reading found. The frames stay in its files.</summary>
internal sealed class PlayableRecording
{
    private PlayableRecording(IExchange exchange, PlayerAdapter adapter, RecordingFolder folder) => (Exchange, Adapter, Folder) = (exchange, adapter, folder);

    /// <summary>The exchange.</summary>
    public IExchange Exchange { get; }

    /// <summary>The adapter of the exchange.</summary>
    public PlayerAdapter Adapter { get; }

    /// <summary>The files.</summary>
    public RecordingFolder Folder { get; }

    /// <summary>Number of messages.</summary>
    public long Frames { get; private set; }

    /// <summary>Time of the first message, microseconds UTC.</summary>
    public long FirstMicros { get; private set; }

    /// <summary>Time of the last message, microseconds UTC.</summary>
    public long LastMicros { get; private set; }

    /// <summary>Time from the first to the last message.</summary>
    public TimeSpan Length => TimeSpan.FromMicroseconds(LastMicros - FirstMicros);

    /// <summary>The symbols with events.</summary>
    public required IReadOnlyList<string> Symbols { get; init; }

    /// <summary>All streams that a client may subscribe: of the markets in the list and in the frames.</summary>
    public required IReadOnlyList<Subscription> Subscriptions { get; init; }

    /// <summary>The recorded acknowledgements.</summary>
    public required ChannelTable Channels { get; init; }

    /// <summary>The REST responses.</summary>
    public required RestAnswers Answers { get; init; }

    /// <summary>Reads a recording once.</summary>
    /// <param name="exchange">The exchange that sent the messages.</param>
    /// <param name="path">A folder with one recording, or one of its files.</param>
    /// <param name="cancel">Cancels the reading.</param>
    /// <exception cref="RecordingFileException">The recording cannot be read, has no times, or its exchange has no adapter.</exception>
    public static async Task<PlayableRecording> ReadAsync(IExchange exchange, string path, CancellationToken cancel)
    {
        var adapter = AdapterCatalog.Find(exchange.Profile.Name)
            ?? throw new RecordingFileException($"Recordings of {exchange.Profile.Name} cannot be played: the player has no adapter for it.");
        var folder = RecordingFolder.Open(path);
        var (streams, acknowledged) = (new HashSet<PlayedStream>(), new Dictionary<(string, string), string>());
        var content = new FrameContent { BookDataset = exchange.Profile.BookDataset };
        using var connections = new RecordedConnections(exchange, content);
        var (frames, first) = (0L, 0L);
        await foreach (var batch in folder.ReadAsync(cancel).ConfigureAwait(false))
            foreach (var frame in batch)
            {
                if (!connections.Read(frame))
                    continue;
                frames++;
                first = first == 0 ? connections.Micros : first;
                streams.UnionWith(content.Events.Select(one => one.Stream));
                if (content.Acknowledged is { } stream)
                    acknowledged.TryAdd(stream, Encoding.UTF8.GetString(frame.Bytes.Span));
            }

        if (first == 0)
            throw new RecordingFileException($"{path} cannot be played: no message in it has a time.");
        var symbols = streams.Select(stream => stream.Symbol).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var answers = await RestAnswers.ReadAsync(exchange, adapter, folder, symbols, cancel).ConfigureAwait(false);
        var known = KnownSubscriptions(exchange, answers.Markets, symbols);
        return new(exchange, adapter, folder)
        {
            Frames = frames,
            FirstMicros = first,
            LastMicros = connections.Micros,
            Answers = answers,
            Symbols = symbols,
            Subscriptions = known,
            Channels = new(exchange.Profile, acknowledged, known),
        };
    }

    private static List<Subscription> KnownSubscriptions(IExchange exchange, IEnumerable<Market> listed, IEnumerable<string> symbols)
    {
        var markets = new Dictionary<string, Market>(StringComparer.Ordinal);
        foreach (var market in listed.Concat(symbols.Select(exchange.Profile.Symbols.ToMarket)))
            markets.TryAdd(market.Symbol, market);
        return [.. from market in markets.Values from dataset in exchange.Profile.Datasets select new Subscription(dataset.Dataset, market)];
    }
}
