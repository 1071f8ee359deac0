using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Output;
using Ingester.Core.Raw;
using Ingester.Core.Rows;
using Ingester.Core.Time;
using Ingester.Storage.Compression;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Ingester.Storage.Threads;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>
/// Stores sealed segments, snapshots and journals. Objects are queued in memory and uploaded by workers. If there is a spool, they are written
/// to disk while the store fails. <c>queue (bounded) → workers → store</c>, <c>queue → spooler → spool → drain → store</c>.
/// </summary>
internal sealed class SegmentWriter : ISegmentOutput, IDisposable
{
    /// <summary>Number of threads that write to the spool; they mostly wait for the disk.</summary>
    private const int SpoolThreads = 4;

    private readonly StorageContext context;
    private readonly StorageOptions options;
    private readonly StorageEvents events;
    private readonly TimeProvider clock;
    private readonly UploadQueue queue;
    private readonly StoreCircuitBreaker circuit;
    private readonly StoreProbeLoop probeLoop;
    private readonly Journal journal;
    private readonly ArrivalJournal arrivals;
    private readonly RawUploads rawUploads;
    private readonly UploadWorker uploads;
    private readonly SpoolComponents? spoolComponents;
    private readonly CompressionWorker compressionWorker;
    private readonly CancellationTokenSource drainStop = new();
    private readonly CancellationTokenSource storeStop = new();
    private readonly CancellationTokenSource abort = new();
    private Task drains = Task.CompletedTask;

    /// <summary>
    /// Stores nothing before <see cref="RunAsync"/> is called. <paramref name="directory"/> is given if the options configure a spool.
    /// </summary>
    public SegmentWriter(IObjectStore store, ReplicaIdentity identity, StorageOptions options, TimeProvider clock, StorageEvents events,
        SpoolDirectory? directory = null)
    {
        if (identity.Replicas.Count > 0 && !identity.Replicas.Contains(identity.Replica))
            throw new ArgumentException($"The replica '{identity.Replica}' is not among '{string.Join(", ", identity.Replicas)}'.", nameof(identity));
        (this.options, this.events, this.clock) = (options, events, clock);
        context = new(identity, RowCodec.Create(options.Compression), clock, events.Store);
        queue = new(options, clock);
        compressionWorker = new(context.Codec);
        circuit = new(context, new(options.UploadWorkers, options.RetryDelay, options.MaxRetryDelay));
        probeLoop = new(circuit, options.IsBatch);
        journal = new(options, clock, events.Uploads, queue.AddWithOwnBound);
        arrivals = new(options, clock, events.Uploads, queue.AddWithOwnBound);
        Coverage = new(journal);
        rawUploads = new(queue.AddWithOwnBound);
        Raw = CreateRaw(new());
        var objects = new DeduplicatingWriter(store);
        if (directory is not null && options.Spool is { } chosen)
        {
            var spool = new Spool(directory, chosen.MaxBytes, context, events.Spool, Coverage);
            spoolComponents = new(spool, new(context, chosen, queue, spool, circuit), new(context, spool, circuit, objects, journal));
        }

        uploads = new(context, queue, circuit, objects) { Journal = journal, Coverage = Coverage, Spooler = spoolComponents?.Spooler, IsBatch = options.IsBatch };
        events.Uploads.RegisterGauges(this);
        events.Raw.RegisterGauge(() => Raw.HeldBytes);
    }

    /// <inheritdoc/>
    public CoverageJournal Coverage { get; }

    /// <summary>Estimates the offset of the local clock by the dates of HTTP responses, for the <c>arrivals</c> dataset. Default: no estimate.</summary>
    public Func<ClockOffset?> EstimateClockOffset { init => arrivals.EstimateByDates = value; }

    /// <summary>What is captured of the connections to exchanges, and its bounds. Default: nothing is captured.</summary>
    public RawOptions RawOptions
    {
        init
        {
            Raw = CreateRaw(value);
            if (spoolComponents is not null)
                spoolComponents.Spool.MaxRawBytes = value.MaxSpoolBytes;
        }
    }

    /// <summary>Raw capture; it is empty if no exchange is captured.</summary>
    public RawJournal Raw { get; private init; }

    /// <summary>The compression settings for open segments.</summary>
    public SegmentCompression SegmentCompression => compressionWorker.SegmentCompression;

    /// <summary>The objects in memory that are not stored yet.</summary>
    public BacklogState BacklogState => queue.State;

    /// <summary>The same for each exchange that has such objects.</summary>
    public IReadOnlyDictionary<string, BacklogState> ReadBacklogByExchange() => queue.ReadByExchange();

    /// <summary>The objects in the spool; empty if there is no spool.</summary>
    public SpoolState SpoolState => spoolComponents?.Spool.State ?? default;

    /// <summary>Checks the store before anything else is written to it; null (the default) skips the check.</summary>
    public StoreProbe? Probe { init => probeLoop.Probe = value; }

    /// <summary>Whether requests to the store succeed.</summary>
    public StoreHealth StoreHealth => circuit.Health;

    /// <summary>
    /// True once the store has accepted a write of this process, including the probe. Until then it is unknown whether the store is writable.
    /// </summary>
    public bool HasStoreAccepted => circuit.HasSucceeded;

    /// <summary>Time since the oldest object that is not stored yet was sealed, in memory or on disk.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            var inMemory = BacklogState.OldestAge;
            var onDisk = SpoolState.OldestMicros is { } sealedAt ? TimeSpan.FromMicroseconds(Micros.Now(clock) - sealedAt) : TimeSpan.Zero;
            return onDisk > inMemory ? onDisk : inMemory;
        }
    }

    /// <inheritdoc/>
    public bool TryAdd(SealedSegment segment)
    {
        var rank = ReplicaRank.Of(segment.Stream.Text, context.Identity);
        var upload = new SegmentUpload(segment, rank, arrivals) { Size = segment.Rows.Length + (segment.CompressedRows?.HeldBytes ?? 0) + (segment.Received?.Length ?? 0) };
        return TryEnqueue(upload, StableHash.OffsetWithin(options.UploadSpread, segment.Stream.Text) + rank * options.ReplicaStagger);
    }

    /// <inheritdoc/>
    public bool TryAdd(SealedSnapshot book) => TryEnqueue(new SnapshotUpload(book, arrivals) { Size = book.Rows.Length }, TimeSpan.Zero);

    /// <inheritdoc/>
    public void Add(in JournalRow row) => journal.Add(row);

    /// <summary>
    /// Completes when at most the given share of the capacity is in use, or when the writer has ended. For callers that can wait instead of losing
    /// data, such as an import.
    /// </summary>
    public async Task WhenDrainedToAsync(double share) =>
        await queue.WhenDrainedToAsync(share).WaitAsync(abort.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>
    /// Runs until <see cref="CompleteAsync"/> has ended. Cancellation is an abort: objects that are neither stored nor spooled are discarded.
    /// Use <see cref="CompleteAsync"/> for a graceful stop.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var given = cancellation.Register(abort.Cancel);
        await using var none = abort.Token.Register(storeStop.Cancel);
        await using var nothing = abort.Token.Register(drainStop.Cancel);
        var loops = new List<Task> { AbortAllOnFaultAsync(FlushJournalAsync(abort.Token), abort), AbortAllOnFaultAsync(probeLoop.RunAsync(storeStop.Token), storeStop) };
        for (var worker = 0; worker < options.UploadWorkers; worker++)
            loops.Add(AbortAllOnFaultAsync(StorageTaskScheduler.Shared.RunAsync(() => UploadAsync(storeStop.Token)), storeStop));
        for (var spooler = 0; spoolComponents is not null && spooler < SpoolThreads; spooler++)
            loops.Add(AbortAllOnFaultAsync(spoolComponents.Spooler.RunAsync(abort.Token), abort));
        if (spoolComponents is not null)
            drains = Task.WhenAll(Enumerable.Range(0, options.Spool!.DrainWorkers)
                .Select(_ => AbortAllOnFaultAsync(DrainAsync(spoolComponents.Drain, drainStop.Token), drainStop)));
        await Task.WhenAll([.. loops, drains]);
    }

    /// <summary>
    /// Stops gracefully: accepts nothing more, ends all waits and uploads what is queued until the deadline; the rest goes to the spool. Returns the
    /// number of objects that are neither stored nor spooled. Spooled objects are not uploaded yet (<see cref="SpoolState"/>).
    /// </summary>
    public async Task<int> CompleteAsync(TimeSpan deadline)
    {
        var began = clock.GetTimestamp();
        TimeSpan Until(double share) => deadline * share - clock.GetElapsedTime(began);

        // Most of the time is for segments, then for journals, which record what was stored; the last part is for the spool.
        var (segments, journals) = spoolComponents is null ? (0.75, 1) : (0.5, 0.65);
        circuit.BeginStop();
        queue.Close();
        spoolComponents?.Spooler.Stop();
        await WaitUpToAsync(queue.WhenDrainedToAsync(0), Until(segments));
        if (spoolComponents is not null && circuit.Health.Reason is null)
            await WaitUpToAsync(spoolComponents.Spool.WhenEmptyAsync(abort.Token), Until(segments));
        await drainStop.CancelAsync();
        await drains.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        arrivals.Close();
        journal.Close();
        Raw.Close(); // after the journals, which are uploaded first
        await WaitUpToAsync(queue.WhenDrainedToAsync(0), Until(journals));
        if (spoolComponents is not null)
        {
            await storeStop.CancelAsync();
            spoolComponents.Spooler.SpoolEverything();
            await WaitUpToAsync(queue.WhenDrainedToAsync(0), Until(1));
        }

        await abort.CancelAsync();
        spoolComponents?.Spooler.SpoolRemaining(() => Until(1) > TimeSpan.Zero); // objects that a faulted loop left
        var left = queue.State;
        queue.DropAll();
        left = left with { Objects = left.Objects + rawUploads.DropAll() };
        if (left.Objects > 0)
            events.Uploads.StoppedIncomplete(left);
        if (SpoolState.Files > 0)
            events.Spool.StoppedWithSpooled(SpoolState);
        return left.Objects;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Raw.Dispose();
        compressionWorker.Dispose();
        queue.Dispose();
        drainStop.Dispose();
        storeStop.Dispose();
        abort.Dispose();
    }

    private bool TryEnqueue(Upload upload, TimeSpan wait)
    {
        var taken = queue.TryAdd(upload, wait);
        spoolComponents?.Spooler.OnQueueChanged();
        return taken;
    }

    private async Task DrainAsync(SpoolDrain drain, CancellationToken cancellation)
    {
        await probeLoop.Answered.WaitAsync(cancellation);
        await drain.RunAsync(cancellation);
    }

    private async Task UploadAsync(CancellationToken cancellation)
    {
        await probeLoop.Answered.WaitAsync(cancellation);
        await uploads.RunAsync(cancellation);
    }

    private async Task FlushJournalAsync(CancellationToken cancellation)
    {
        for (; ; )
        {
            await Task.Delay(journal.FlushFinishedMinutes(), clock, cancellation);
            arrivals.FlushFinishedMinutes();
            Raw.FlushFinishedMinutes();
        }
    }

    private RawJournal CreateRaw(RawOptions captured)
    {
        RawJournal? raw = null;
        return raw = new(captured, clock, events.Raw, part => rawUploads.Add(part, bytes => raw!.Release(bytes)));
    }

    /// <summary>Runs a loop. If it faults, all loops are aborted, so that the process ends and is restarted. A cancelled loop just ends.</summary>
    private async Task AbortAllOnFaultAsync(Task loop, CancellationTokenSource stop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch
        {
            await abort.CancelAsync();
            throw;
        }
    }

    private async Task WaitUpToAsync(Task empty, TimeSpan limit)
    {
        try
        {
            if (limit > TimeSpan.Zero)
                await empty.WaitAsync(limit, clock, abort.Token);
        }
        catch (Exception over) when (over is TimeoutException or OperationCanceledException)
        {
            // The caller counts the remaining objects.
        }
    }

    /// <summary>The parts of the spool; present if a spool is configured.</summary>
    private sealed record SpoolComponents(Spool Spool, Spooler Spooler, SpoolDrain Drain);
}
