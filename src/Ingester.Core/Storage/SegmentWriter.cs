using System.Threading.Channels;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Storage;

/// <summary>
/// From sealed segments to stored objects: admitted while there is room, held until it is this replica's turn, then written by a few
/// workers. <c>backlog (the bound) → due queue → ready → workers → store</c>.
/// </summary>
internal sealed class SegmentWriter : ISegmentOutput, IDisposable
{
    /// <summary>How much of the time to stop is for segments; the rest is for the journals, which then know what was stored.</summary>
    private const double SegmentShare = 0.75;

    private readonly StorageIdentity identity;
    private readonly StorageOptions options;
    private readonly TimeProvider clock;
    private readonly StorageEvents events;
    private readonly Backlog backlog;
    private readonly DueQueue waiting;
    private readonly Journal journal;
    private readonly ObjectWriter objects;
    private readonly CancellationTokenSource hurry = new();
    private readonly CancellationTokenSource abandon = new();

    // Not bounded by itself: only what the backlog has admitted comes here, 50,000 objects and 512 MiB unless configured otherwise. When that
    // is reached, the newest segment gives way and its owner reports the loss. Journals go first: they are small and say what is missing.
    private readonly Channel<Upload> ready = Channel.CreateUnboundedPrioritized<Upload>(new() { Comparer = new UploadOrder() });

    /// <summary>Writes nothing before <see cref="RunAsync"/>.</summary>
    public SegmentWriter(IObjectStore store, StorageIdentity identity, StorageOptions options, TimeProvider clock, StorageEvents events)
    {
        if (identity.Replicas.Count > 0 && !identity.Replicas.Contains(identity.Replica))
            throw new ArgumentException($"The replica '{identity.Replica}' is not among '{string.Join(", ", identity.Replicas)}'.", nameof(identity));
        (this.identity, this.options, this.clock, this.events) = (identity, options, clock, events);
        backlog = new(options, clock);
        waiting = new(clock, upload => ready.Writer.TryWrite(upload));
        journal = new(identity, options, clock, events);
        journal.SendTo(upload =>
        {
            backlog.Admit(upload);
            ready.Writer.TryWrite(upload);
        });
        objects = new(store, identity.Prefix, options.CompressionLevel, new(options, identity, clock, events, hurry.Token));
        events.Observe(() => State);
    }

    /// <summary>What has not reached the store yet.</summary>
    public BacklogState State => backlog.State;

    /// <inheritdoc/>
    public bool TryAdd(SealedSegment segment)
    {
        var rank = ReplicaRank.Of(segment.Stream.Text, identity);
        var upload = new Upload
        {
            Dataset = segment.Stream.Dataset,
            Exchange = segment.Stream.Exchange,
            IsSegment = true,
            Rows = segment.Rows,
            Count = segment.Count,
            Size = segment.Rows.Length,
            Identity = segment.Identity,
            Rank = rank,
            Key = sha256 => ObjectKey.Segment(identity.Prefix, SegmentName.Of(segment, sha256)),
            Answered = sha256 => segment.Coverage?.Stored(sha256),
        };
        return TryQueue(upload, StableHash.PointIn(options.UploadSpread, segment.Stream.Text) + rank * options.RankDelay);
    }

    /// <inheritdoc/>
    public bool TryAdd(SealedBook book) => TryQueue(new Upload
    {
        Dataset = Dataset.Snapshots,
        Exchange = book.Stream.Exchange,
        IsSegment = false,
        Rows = book.Rows,
        Count = 1,
        Size = book.Rows.Length,
        Identity = StreamIdentity.PerConnection,
        Key = _ => ObjectKey.Book(identity.Prefix, book, identity.Replica),
        Answered = static _ => { },
    }, TimeSpan.Zero);

    /// <inheritdoc/>
    public void Add(in JournalRow row) => journal.Add(row);

    /// <summary>
    /// Ends when no more than a share of the room is taken, or when the writer has ended: for who can wait instead of losing, such as an import.
    /// </summary>
    public async Task WhenDrainedToAsync(double share) =>
        await backlog.WhenDrainedToAsync(share).WaitAsync(abandon.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>
    /// Writes until <see cref="CompleteAsync"/> has ended. Cancelling gives up at once what is not stored: it is not the signal to stop.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var given = cancellation.Register(abandon.Cancel);
        var loops = new List<Task> { EndTogetherAsync(FlushJournalAsync(abandon.Token)) };
        for (var worker = 0; worker < options.UploadWorkers; worker++)
            loops.Add(EndTogetherAsync(WorkAsync(abandon.Token)));
        await Task.WhenAll(loops);
    }

    /// <summary>
    /// Takes no more, ends all waits and writes what is there, until the time is over; returns how many objects were left, zero when all is well.
    /// </summary>
    public async Task<int> CompleteAsync(TimeSpan deadline)
    {
        var began = clock.GetTimestamp();
        backlog.Close();
        await hurry.CancelAsync();
        waiting.Release();
        await WaitAsync(backlog.WhenDrainedToAsync(0), deadline * SegmentShare);
        journal.Close();
        await WaitAsync(backlog.WhenDrainedToAsync(0), deadline - clock.GetElapsedTime(began));
        ready.Writer.TryComplete();
        await abandon.CancelAsync();

        var left = backlog.State;
        while (ready.Reader.TryRead(out var upload))
            upload.Rows.Dispose();
        if (left.Objects > 0)
            events.LeftBehind(left);
        return left.Objects;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        waiting.Dispose();
        hurry.Dispose();
        abandon.Dispose();
    }

    private bool TryQueue(Upload upload, TimeSpan wait)
    {
        if (!backlog.TryAdmit(upload))
            return false;
        waiting.Add(upload, wait);
        return true;
    }

    private async Task WorkAsync(CancellationToken cancellation)
    {
        await foreach (var upload in ready.Reader.ReadAllAsync(cancellation))
        {
            try
            {
                var written = await objects.WriteAsync(upload, cancellation);
                events.Answered(upload, written);
                upload.Answered(written.Sha256);
                backlog.Remove(upload);
            }
            finally
            {
                upload.Rows.Dispose();
            }
        }
    }

    private async Task FlushJournalAsync(CancellationToken cancellation)
    {
        for (; ; )
            await Task.Delay(journal.FlushOver(), clock, cancellation);
    }

    /// <summary>A loop that breaks takes the others with it, so that the process ends and is restarted; a cancelled one just ends.</summary>
    private async Task EndTogetherAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
        }
        finally
        {
            await abandon.CancelAsync();
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
            // What is left is counted by the caller.
        }
    }
}
