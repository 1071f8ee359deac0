using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
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
    private const int Spoolers = 4;

    private readonly StorageContext context;
    private readonly TimeProvider clock;
    private readonly UploadQueue queue;
    private readonly StoreCircuit circuit;
    private readonly Journal journal;
    private readonly ObjectWriter objects;
    private readonly SpoolRoom? disk;
    private readonly PiecePacker packer;
    private readonly CancellationTokenSource draining = new();
    private readonly CancellationTokenSource storing = new();
    private readonly CancellationTokenSource abandon = new();
    private readonly TaskCompletionSource proven = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task drains = Task.CompletedTask;

    /// <summary>
    /// Stores nothing before <see cref="RunAsync"/> is called. <paramref name="directory"/> is given if the options configure a spool.
    /// </summary>
    public SegmentWriter(IObjectStore store, StorageIdentity identity, StorageOptions options, TimeProvider clock, StorageEvents events,
        SpoolDirectory? directory = null)
    {
        if (identity.Replicas.Count > 0 && !identity.Replicas.Contains(identity.Replica))
            throw new ArgumentException($"The replica '{identity.Replica}' is not among '{string.Join(", ", identity.Replicas)}'.", nameof(identity));
        (this.clock, context) = (clock, new(identity, options, clock, events));
        queue = new(options, clock);
        packer = new(context.Codec);
        circuit = new(context);
        journal = new(context, queue.Add);
        objects = new(store);
        if (directory is not null && options.Spool is { } chosen)
        {
            var spool = new Spool(directory, chosen, context);
            disk = new(spool, new(context, queue, spool, circuit), new(context, spool, circuit, objects) { Output = this });
        }

        events.Observe(this);
    }

    /// <summary>The compression settings for open segments.</summary>
    public SegmentPacking Packing => packer.Packing;

    /// <summary>The objects in memory that are not stored yet.</summary>
    public BacklogState State => queue.State;

    /// <summary>The objects in the spool; empty if there is no spool.</summary>
    public SpoolState Spooled => disk?.Spool.State ?? default;

    /// <summary>Checks the store before anything else is written to it; null (the default) skips the check.</summary>
    public StoreProbe? Probe { get; init; }

    /// <summary>Whether requests to the store succeed.</summary>
    public StoreHealth Store => circuit.Health;

    /// <summary>
    /// True once the store has accepted a write of this process, including the probe. Until then it is unknown whether the store is writable.
    /// </summary>
    public bool StoreHasAccepted => circuit.HasAnswered;

    /// <summary>Time since the oldest object that is not stored yet was sealed, in memory or on disk.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            var inMemory = State.OldestAge;
            var onDisk = Spooled.Oldest is { } sealedAt ? TimeSpan.FromMicroseconds(Micros.Now(clock) - sealedAt) : TimeSpan.Zero;
            return onDisk > inMemory ? onDisk : inMemory;
        }
    }

    /// <inheritdoc/>
    public bool TryAdd(SealedSegment segment)
    {
        var rank = ReplicaRank.Of(segment.Stream.Text, context.Identity);
        var upload = new SegmentUpload(segment, rank) { Size = segment.Rows.Length + (segment.Packed?.Held ?? 0) };
        return TryQueue(upload, StableHash.PointIn(context.Options.UploadSpread, segment.Stream.Text) + rank * context.Options.RankDelay);
    }

    /// <inheritdoc/>
    public bool TryAdd(SealedBook book) => TryQueue(new BookUpload(book) { Size = book.Rows.Length }, TimeSpan.Zero);

    /// <inheritdoc/>
    public void Add(in JournalRow row) => journal.Add(row);

    /// <summary>
    /// Completes when at most the given share of the capacity is in use, or when the writer has ended. For callers that can wait instead of losing
    /// data, such as an import.
    /// </summary>
    public async Task WhenDrainedToAsync(double share) =>
        await queue.WhenDrainedToAsync(share).WaitAsync(abandon.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>
    /// Runs until <see cref="CompleteAsync"/> has ended. Cancellation is an abort: objects that are neither stored nor spooled are discarded.
    /// Use <see cref="CompleteAsync"/> for a graceful stop.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var given = cancellation.Register(abandon.Cancel);
        await using var none = abandon.Token.Register(storing.Cancel);
        await using var nothing = abandon.Token.Register(draining.Cancel);
        var loops = new List<Task> { EndTogetherAsync(FlushJournalAsync(abandon.Token), abandon), EndTogetherAsync(ProveAsync(storing.Token), storing) };
        for (var worker = 0; worker < context.Options.UploadWorkers; worker++)
            loops.Add(EndTogetherAsync(StoreThreads.Shared.RunAsync(() => StoreAsync(storing.Token)), storing));
        for (var spooler = 0; disk is not null && spooler < Spoolers; spooler++)
            loops.Add(EndTogetherAsync(disk.Spooler.RunAsync(abandon.Token), abandon));
        if (disk is not null)
            drains = Task.WhenAll(Enumerable.Range(0, context.Options.Spool!.DrainWorkers)
                .Select(_ => EndTogetherAsync(DrainAsync(disk.Drain, draining.Token), draining)));
        await Task.WhenAll([.. loops, drains]);
    }

    /// <summary>
    /// Stops gracefully: accepts nothing more, ends all waits and uploads what is queued until the deadline; the rest goes to the spool. Returns the
    /// number of objects that are neither stored nor spooled. Spooled objects are not uploaded yet (<see cref="Spooled"/>).
    /// </summary>
    public async Task<int> CompleteAsync(TimeSpan deadline)
    {
        var began = clock.GetTimestamp();
        TimeSpan Until(double share) => deadline * share - clock.GetElapsedTime(began);

        // Most of the time is for segments, then for journals, which record what was stored; the last part is for the spool.
        var (segments, journals) = disk is null ? (0.75, 1) : (0.5, 0.65);
        circuit.Hurry();
        queue.Close();
        disk?.Spooler.Stop();
        await WaitAsync(queue.WhenDrainedToAsync(0), Until(segments));
        if (disk is not null && circuit.Health.Reason is null)
            await WaitAsync(disk.Spool.WhenEmptyAsync(abandon.Token), Until(segments));
        await draining.CancelAsync();
        await drains.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        journal.Close();
        await WaitAsync(queue.WhenDrainedToAsync(0), Until(journals));
        if (disk is not null)
        {
            await storing.CancelAsync();
            disk.Spooler.TakeAll();
            await WaitAsync(queue.WhenDrainedToAsync(0), Until(1));
        }

        await abandon.CancelAsync();
        disk?.Spooler.SpoolRest(() => Until(1) > TimeSpan.Zero); // objects that a faulted loop left
        var left = queue.State;
        queue.GiveUp();
        if (left.Objects > 0)
            context.Events.LeftBehind(left);
        if (Spooled.Files > 0)
            context.Events.LeftInSpool(Spooled);
        return left.Objects;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        packer.Dispose();
        queue.Dispose();
        draining.Dispose();
        storing.Dispose();
        abandon.Dispose();
    }

    private bool TryQueue(Upload upload, TimeSpan wait)
    {
        var taken = queue.TryAdd(upload, wait);
        disk?.Spooler.Wake();
        return taken;
    }

    /// <summary>
    /// Sends the probe until the store answers it. If the store replaces objects, everything ends: objects in memory go to the spool, if there is
    /// one.
    /// </summary>
    private async Task ProveAsync(CancellationToken cancellation)
    {
        var attempts = new Attempts();
        circuit.IsUnproven = Probe is not null;
        while (circuit.IsUnproven)
        {
            using var pass = await circuit.EnterAsync(cancellation);
            try
            {
                await Probe!.RunAsync(cancellation);
                circuit.IsUnproven = false;
                circuit.Answered(pass);
            }
            catch (StoreException failure)
            {
                circuit.Failed(pass, failure, attempts);
                if (context.Options.IsBatch && circuit.IsFinal(failure, attempts))
                    throw;
            }
        }

        proven.SetResult();
    }

    private async Task DrainAsync(SpoolDrain drain, CancellationToken cancellation)
    {
        await proven.Task.WaitAsync(cancellation);
        await drain.RunAsync(cancellation);
    }

    private async Task StoreAsync(CancellationToken cancellation)
    {
        await proven.Task.WaitAsync(cancellation);
        for (; ; )
        {
            await queue.WhenReadyAsync(cancellation);
            using var pass = await circuit.EnterAsync(cancellation);
            if (queue.TryTakeAwaited(out var upload))
                await StoreAsync(upload, pass, cancellation);
        }
    }

    private async ValueTask StoreAsync(Upload upload, StorePass pass, CancellationToken cancellation)
    {
        try
        {
            var draft = upload.Draft(context);
            var written = await objects.WriteAsync(draft, cancellation);
            circuit.Answered(pass);
            context.Events.Answered(draft, written);
            DisputedWindow.Of(draft, written)?.Report(context.Events, this);
            upload.Coverage?.Stored(written.Sha256);
            queue.Done(upload);
        }
        catch (StoreException failure)
        {
            var wait = circuit.Failed(pass, failure, upload.Attempts);
            if (disk is not null && disk.Spooler.IsOverdue(upload))
                queue.AddOverdue(upload);
            else
                queue.AddAgain(upload, wait);
            if (context.Options.IsBatch && circuit.IsFinal(failure, upload.Attempts))
                throw;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            queue.Return(upload);
            disk?.Spooler.Wake(); // at a stop it waits for uploads in progress
            throw;
        }
    }

    private async Task FlushJournalAsync(CancellationToken cancellation)
    {
        for (; ; )
            await Task.Delay(journal.FlushOver(), clock, cancellation);
    }

    /// <summary>Runs a loop. If it faults, all loops are aborted, so that the process ends and is restarted. A cancelled loop just ends.</summary>
    private async Task EndTogetherAsync(Task loop, CancellationTokenSource stop)
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
            await abandon.CancelAsync();
            throw;
        }
    }

    private async Task WaitAsync(Task empty, TimeSpan limit)
    {
        try
        {
            if (limit > TimeSpan.Zero)
                await empty.WaitAsync(limit, clock, abandon.Token);
        }
        catch (Exception over) when (over is TimeoutException or OperationCanceledException)
        {
            // The caller counts the remaining objects.
        }
    }

    /// <summary>The parts of the spool; present if a spool is configured.</summary>
    private sealed record SpoolRoom(Spool Spool, Spooler Spooler, SpoolDrain Drain);
}
