using Ingester.Core.Memory;
using Ingester.Storage.Threads;
using Ingester.Storage.Uploads;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Spooling;

/// <summary>
/// From memory to disk: what the store has not taken for too long, what memory has too little room for, and at a stop whatever is left. What the
/// disk does not take stays in memory.
/// </summary>
internal sealed class Spooler(StorageContext context, UploadQueue queue, Spool spool, StoreCircuit circuit)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly SpoolOptions options = context.Options.Spool!;
    private readonly TimeProvider clock = context.Clock;
    private readonly Pulse wake = new();
    private volatile bool stopping;
    private volatile bool takesAll;

    /// <summary>True when an object has failed for so long that it belongs on disk.</summary>
    public bool IsOverdue(Upload upload) => stopping || clock.GetElapsedTime(upload.Attempts.FirstFailedAt) >= options.After;

    /// <summary>Something was added or given back: there may be too little room, or everything goes to disk.</summary>
    public void Wake()
    {
        if (takesAll || queue.IsAbove(options.MemoryShare))
            wake.Fire();
    }

    /// <summary>The process stops: a store that fails now is not waited for any more.</summary>
    public void Stop()
    {
        stopping = true;
        wake.Fire();
    }

    /// <summary>The time to store is over: everything goes to disk.</summary>
    public void TakeAll()
    {
        takesAll = true;
        wake.Fire();
    }

    /// <summary>Nobody else spools any more: takes everything that is left, as long as there is time.</summary>
    public void SpoolRest(Func<bool> isTimeLeft)
    {
        takesAll = true;
        while (isTimeLeft() && TryTake(out var upload))
            if (Write(upload))
                queue.Done(upload);
            else
                queue.Return(upload);
    }

    /// <summary>Spools what must be until it is cancelled; several may run at once.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var pause = options.After / 4 < LongestPause ? options.After / 4 : LongestPause;
        for (; ; )
        {
            var change = wake.Next;
            while (TryTake(out var upload))
                await SpoolAsync(upload);
            await Pulse.WaitAsync(change, pause, clock, cancellation);
        }
    }

    private bool TryTake(out Upload upload)
    {
        upload = null!;
        var mayTry = spool.MayTry(ObjectKind.Journal);
        if (mayTry && !TryTakeAny(out upload))
            return false;
        if (mayTry && spool.MayTry(upload.Kind))
            return true;

        // The disk takes nothing now: then the store is the only hope, also for what it has refused for long.
        if (mayTry)
            queue.Return(upload);
        while (queue.TryTakeOverdue(out var overdue))
            queue.Return(overdue);
        return false;
    }

    private bool TryTakeAny(out Upload upload)
    {
        if (queue.TryTakeOverdue(out upload))
            return true;
        if (takesAll || queue.IsAbove(options.MemoryShare))
            return queue.TryTakeEarly(out upload);
        var (failingFor, failure) = circuit.Health;
        return failure is not null && (stopping || failingFor >= options.After) && queue.TryTake(out upload);
    }

    private async Task SpoolAsync(Upload upload)
    {
        if (await StoreThreads.Shared.RunAsync(() => Write(upload), CancellationToken.None))
            queue.Done(upload);
        else
            queue.Return(upload);
    }

    private bool Write(Upload upload)
    {
        var draft = upload.Draft(context);
        using var body = draft.Body();
        return spool.TryWrite(SpoolHeader.Of(upload, draft), body, upload.Coverage);
    }
}
