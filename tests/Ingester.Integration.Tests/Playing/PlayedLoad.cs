using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Simulator;
using Ingester.Simulator.Playing;
using Ingester.Testing;
using Ingester.Testing.Playing;

namespace Ingester.Integration.Tests.Playing;

/// <summary>Conversations of several exchanges with many markets, written to a folder and served by one player each.</summary>
internal sealed class PlayedLoad : ISimulatedServer, IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-load-").FullName;
    private readonly Dictionary<string, (PlayableRecording Recording, RecordingPlayer? Player, string Path)> byName = new(StringComparer.Ordinal);

    private readonly DateTimeOffset from; // of the first frame that is no heartbeat
    private readonly TimeSpan lead;
    private TimeProvider? clock;

    private PlayedLoad(DateTimeOffset from, TimeSpan lead) => (this.from, this.lead) = (from, lead);

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Exchanges => byName.Keys;

    /// <summary>The clock of the players and their recorder: one second of it is one real second.</summary>
    public ClockOptions Clock { get; private set; } = new();

    /// <summary>Completes when every frame was sent.</summary>
    public Task Finished => Task.WhenAll(byName.Values.Select(one => one.Player!.Finished));

    /// <summary>True once a frame was sent that is no heartbeat.</summary>
    public bool HasBegun => clock?.GetUtcNow() >= from;

    /// <summary>Number of messages that were sent to the recorder, answers included.</summary>
    public long Messages => byName.Values.Sum(one => one.Player!.Messages);

    /// <summary>Number of frames in the recordings.</summary>
    public long Frames => byName.Values.Sum(one => one.Recording.Frames);

    /// <summary>Number of streams that are recorded.</summary>
    public int Streams => byName.Values.Sum(one => one.Recording.Subscriptions.Count);

    /// <summary>Writes and reads the conversations.</summary>
    /// <param name="names">The exchanges.</param>
    /// <param name="markets">Markets per exchange.</param>
    /// <param name="framesPerSecond">Frames per second of each exchange.</param>
    /// <param name="lead">Time before the first frame, in which the recorder subscribes and exchanges send heartbeats.</param>
    /// <param name="span">Length of the conversations after that.</param>
    /// <param name="damaged">An exchange whose frames are cut, so that none can be decoded; null for none.</param>
    public static async Task<PlayedLoad> CreateAsync(IReadOnlyCollection<string> names, int markets, double framesPerSecond, TimeSpan lead, TimeSpan span, string? damaged = null)
    {
        var load = new PlayedLoad(TimeProvider.System.GetUtcNow() + lead, lead);
        foreach (var name in names)
        {
            var exchange = ExchangeCatalog.Find(name)!;
            var own = Directory.CreateDirectory(Path.Combine(load.folder, name)).FullName;
            var fixture = Path.Combine(Corpus.Repository, "tests", "Ingester.Tests", "Exchanges", "fixtures", name, "conversation.tsv");
            var path = Conversation.Write(exchange, fixture, own, load.from, span, markets, framesPerSecond, lead);
            var recording = await PlayableRecording.ReadAsync(exchange, path, CancellationToken.None);
            if (name == damaged)
                await File.WriteAllLinesAsync(path, (await File.ReadAllLinesAsync(path)).Select(static line => line[..^1])); // the player knows it by now
            load.byName.Add(name, (recording, null, path));
        }

        return load;
    }

    /// <summary>Starts the players.</summary>
    public async Task StartAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        Clock = new() { Epoch = now, Rate = 1, Offset = from - lead - now };
        clock = SimulatedClock.Create(Clock);
        foreach (var (name, one) in byName.ToList())
            byName[name] = one with { Player = await RecordingPlayer.StartAsync(one.Recording, "127.0.0.1", 0, clock) };
    }

    /// <summary>Differences between what a store has of an exchange and what was sent.</summary>
    public async Task<IReadOnlyList<string>> CompareAsync(string name, string store)
    {
        var (recording, _, path) = byName[name];
        var rows = await PlayedRows.ReadAsync(recording.Exchange, path, CancellationToken.None);
        return await StoredRows.CompareAsync(recording, store, rows.Rows);
    }

    /// <inheritdoc/>
    public Uri WebSocketAddress(string exchange) => byName[exchange].Player!.WebSocketAddress(exchange);

    /// <inheritdoc/>
    public Uri RestAddress(string exchange) => byName[exchange].Player!.RestAddress(exchange);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var one in byName.Values)
            if (one.Player is { } player)
                await player.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
