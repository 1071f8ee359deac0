using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Ingester.Storage.Threads;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>
/// Moves objects from memory to disk: objects that could not be stored for too long, objects for which memory is too small, and at a stop all
/// that are left. Objects that cannot be written to disk stay in memory.
/// </summary>
internal sealed class Spooler(StorageContext context, SpoolOptions options, UploadQueue queue, Spool spool, StoreCircuitBreaker circuit)
{
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(1);

    private readonly TimeProvider clock = context.Clock;
    private readonly AsyncSignal wake = new();
    private volatile bool stopping;
    private volatile bool spoolsEverything;

    /// <summary>True when the object has failed for so long that it must be spooled. Raw capture stays in memory when its part of the disk is full.</summary>
    public bool IsOverdue(Upload upload) => (stopping || clock.GetElapsedTime(upload.Failures.FirstFailedAt) >= options.StartAfter)
        && (upload.Kind != ObjectKind.Raw || spool.CanWrite(ObjectKind.Raw));

    /// <summary>An upload was added or put back. Wakes the loop if memory is above the limit or everything is to be spooled.</summary>
    public void OnQueueChanged()
    {
        if (spoolsEverything || queue.IsAbove(options.MemoryThreshold))
            wake.Notify();
    }

    /// <summary>The process stops: objects are spooled at the first failure of the store.</summary>
    public void Stop()
    {
        stopping = true;
        wake.Notify();
    }

    /// <summary>The time for uploads is over: everything is spooled.</summary>
    public void SpoolEverything()
    {
        spoolsEverything = true;
        wake.Notify();
    }

    /// <summary>Spools everything that is left, while there is time. Called when no other thread spools any more.</summary>
    public void SpoolRemaining(Func<bool> isTimeLeft)
    {
        spoolsEverything = true;
        while (isTimeLeft() && TryTake(out var upload))
            if (Write(upload))
                queue.Complete(upload);
            else
                queue.PutBack(upload);
    }

    /// <summary>Spools until it is cancelled; several threads may run it at once.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var pause = options.StartAfter / 4 < MaxPause ? options.StartAfter / 4 : MaxPause;
        for (; ; )
        {
            var change = wake.NextChange;
            while (TryTake(out var upload))
                await SpoolAsync(upload);
            await AsyncSignal.WaitAsync(change, pause, clock, cancellation);
        }
    }

    private bool TryTake(out Upload upload)
    {
        upload = null!;
        var mayTry = spool.CanWrite(ObjectKind.Journal);
        if (mayTry && !TryTakeAny(out upload))
            return false;
        if (mayTry && spool.CanWrite(upload.Kind))
            return true;

        // The disk cannot be written now: overdue objects go back to the upload queue, also those that the store has refused for long.
        if (mayTry)
            queue.PutBack(upload);
        while (queue.TryTakeOverdue(out var overdue))
            queue.PutBack(overdue);
        return false;
    }

    private bool TryTakeAny(out Upload upload)
    {
        if (queue.TryTakeOverdue(out upload))
            return true;
        if (spoolsEverything || queue.IsAbove(options.MemoryThreshold))
            return queue.TryTakeReadyOrWaiting(out upload);
        var (failingFor, failure) = circuit.Health;
        return failure is not null && (stopping || failingFor >= options.StartAfter) && queue.TryTake(out upload);
    }

    private async Task SpoolAsync(Upload upload)
    {
        if (await StorageTaskScheduler.Shared.RunAsync(() => Write(upload), CancellationToken.None))
            queue.Complete(upload);
        else
            queue.PutBack(upload);
    }

    private bool Write(Upload upload)
    {
        var draft = upload.ToDraft(context);
        using var body = draft.CreateBody();
        return spool.TryWrite(HeaderOf(upload, draft), body, upload.Coverage);
    }

    private static SpoolHeader HeaderOf(Upload upload, ObjectDraft draft) => new()
    {
        Kind = draft.Kind,
        Dataset = draft.Dataset,
        Exchange = draft.Exchange,
        Key = draft.Key,
        Prefix = draft.Prefix,
        Identity = draft.Identity,
        Rank = upload.Rank,
        Rows = upload.RowCount,
        Sha256 = upload.Sha256,
        Format = ObjectMetadata.FormatVersion,
        Grade = draft.Metadata.Grade?.ToString(),
        Added = upload.AddedMicros,
        Coverage = upload.Coverage is { } line ? SpooledCoverage.From(line) : null,
    };
}
