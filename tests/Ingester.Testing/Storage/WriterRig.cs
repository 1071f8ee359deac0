using Ingester.Core.Keys;
using Ingester.Core.Output;
using Ingester.Core.Raw;
using Ingester.Core.Telemetry;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Storage.Writing;
using Ingester.Testing.Memory;
using Microsoft.Extensions.Logging;

namespace Ingester.Testing.Storage;

/// <summary>A running writer of one replica, with its log and counters.</summary>
internal sealed class WriterRig : IAsyncDisposable
{
    private readonly ChunkBalance chunks = new();
    private readonly Task running;

    private readonly SpoolDirectory? spool;

    public WriterRig(IObjectStore store, TimeProvider clock, string replica = "a", string[]? replicas = null, Action<StorageOptions>? change = null,
        long processStart = 17, bool probed = false, StorageOptions? options = null, RawOptions? raw = null)
    {
        options ??= new() { UploadSpread = TimeSpan.Zero };
        change?.Invoke(options);
        Identity = new() { Prefix = "md", Replica = replica, Replicas = replicas ?? [], ProcessStartMicros = processStart };
        spool = options.Spool is { } chosen ? SpoolDirectory.Open(chosen.Directory, $"replica {replica} of a test") : null;
        Writer = new(store, Identity, options, clock, new(Log, Meter), spool)
        {
            Probe = probed ? new(store, Identity.Prefix, "the store of a test") : null,
            RawOptions = raw ?? new(),
        };
        running = Writer.RunAsync(CancellationToken.None);
    }

    public ReplicaIdentity Identity { get; }

    public IngesterMeter Meter { get; } = new();

    public CollectingLog Log { get; } = new();

    public SegmentWriter Writer { get; }

    public int RankOf(string stream) => ReplicaRank.Of(stream, Identity);

    /// <summary>Adds a segment; it is dropped if the backlog is full.</summary>
    public bool TryAdd(SealedSegment segment)
    {
        var isAccepted = Writer.TryAdd(segment);
        if (!isAccepted)
            segment.Rows.Dispose();
        return isAccepted;
    }

    /// <summary>Stops the writer and checks that it has stored everything.</summary>
    public async Task CompleteAsync() => Assert.Equal(0, await Writer.CompleteAsync(ManualClock.Patience).WaitAsync(ManualClock.Patience));

    public async ValueTask DisposeAsync()
    {
        var left = await Writer.CompleteAsync(TimeSpan.Zero);
        await running.WaitAsync(ManualClock.Patience);
        Writer.Dispose();
        spool?.Dispose();
        Meter.Dispose();
        if (left == 0)
            chunks.Dispose(); // segments that are neither stored nor spooled keep their memory until the process ends
    }

    /// <summary>Keeps the lines of the log.</summary>
    internal sealed class CollectingLog : ILogger<StorageEvents>
    {
        private readonly List<(LogLevel Level, string Text)> lines = [];

        public IEnumerable<string> Of(LogLevel level)
        {
            lock (lines)
                return [.. lines.Where(line => line.Level == level).Select(line => line.Text)];
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
                lines.Add((logLevel, formatter(state, exception)));
        }
    }
}
