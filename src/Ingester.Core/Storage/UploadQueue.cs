using System.Threading.Channels;

namespace Ingester.Core.Storage;

/// <summary>
/// Everything in memory that the store does not have: admitted while there is room, held until it is this replica's turn, then ready for
/// whoever writes it, to the store or to the spool. <c>backlog (the bound) → due queue → ready</c>.
/// </summary>
internal sealed class UploadQueue : IDisposable
{
    private readonly Backlog backlog;
    private readonly DueQueue waiting;

    // Not bounded by themselves: only what the backlog has admitted comes here, 50,000 objects and 512 MiB unless configured otherwise. When
    // that is reached, the newest segment gives way and its owner reports the loss. Journals go first: they are small and say what is missing.
    private readonly Channel<Upload> ready = Channel.CreateUnboundedPrioritized<Upload>(new() { Comparer = new UploadOrder() });
    private readonly Channel<bool> hints = Channel.CreateUnbounded<bool>(); // one for each that was made ready, so that it wakes one of those who wait, not all
    private readonly Channel<Upload> overdue = Channel.CreateUnboundedPrioritized<Upload>(new() { Comparer = new UploadOrder() });

    /// <summary>Begins empty.</summary>
    public UploadQueue(StorageOptions options, TimeProvider clock)
    {
        backlog = new(options, clock);
        waiting = new(clock, MakeReady);
    }

    /// <summary>What is in memory now.</summary>
    public BacklogState State => backlog.State;

    /// <summary>Takes a segment or a book if there is room; it is ready after a wait.</summary>
    public bool TryAdd(Upload upload, TimeSpan wait)
    {
        if (!backlog.TryAdmit(upload))
            return false;
        waiting.Add(upload, wait);
        return true;
    }

    /// <summary>Takes a part of a journal, which has a bound of its own; it is ready at once.</summary>
    public void Add(Upload upload)
    {
        backlog.Admit(upload);
        MakeReady(upload);
    }

    /// <summary>Takes back what failed; it is ready again after a wait.</summary>
    public void AddAgain(Upload upload, TimeSpan wait) => waiting.AddAgain(upload, wait);

    /// <summary>Takes back what was not tried.</summary>
    public void Return(Upload upload) => MakeReady(upload);

    /// <summary>Takes back what has failed for so long that it belongs into the spool.</summary>
    public void AddOverdue(Upload upload) => overdue.Writer.TryWrite(upload);

    /// <summary>Ends when something may be ready: somebody else may have taken it.</summary>
    public ValueTask<bool> WhenReadyAsync(CancellationToken cancellation) => hints.Reader.ReadAsync(cancellation);

    /// <summary>The next that is ready, for who waited for it.</summary>
    public bool TryTakeAwaited(out Upload upload) => ready.Reader.TryRead(out upload!);

    /// <summary>The next that is ready, for anybody else.</summary>
    public bool TryTake(out Upload upload)
    {
        if (!TryTakeAwaited(out upload))
            return false;
        hints.Reader.TryRead(out _); // nobody is woken for it any more
        return true;
    }

    /// <summary>The next that has failed for so long that it belongs into the spool.</summary>
    public bool TryTakeOverdue(out Upload upload) => overdue.Reader.TryRead(out upload!);

    /// <summary>The next that is ready, else the one that is ready soonest.</summary>
    public bool TryTakeEarly(out Upload upload) => TryTake(out upload) || waiting.TryTakeSoonest(out upload);

    /// <summary>Its rows are safe elsewhere: they are given back to the pool, and there is room again.</summary>
    public void Done(Upload upload)
    {
        upload.LeftMemory();
        backlog.Remove(upload);
        upload.Drop();
    }

    /// <summary>True when more than a share of the room is taken.</summary>
    public bool IsAbove(double share) => backlog.IsAbove(share);

    /// <summary>Ends when no more than a share of the room is taken; with zero, when nothing is left.</summary>
    public Task WhenDrainedToAsync(double share) => backlog.WhenDrainedToAsync(share);

    /// <summary>Takes no more segments and books, and makes ready what waits.</summary>
    public void Close()
    {
        backlog.Close();
        waiting.Release();
    }

    /// <summary>Nobody will write any more: gives up what is left.</summary>
    public void GiveUp()
    {
        while (TryTakeOverdue(out var upload) || TryTakeEarly(out upload))
            upload.Drop();
    }

    /// <inheritdoc/>
    public void Dispose() => waiting.Dispose();

    private void MakeReady(Upload upload)
    {
        ready.Writer.TryWrite(upload);
        hints.Writer.TryWrite(true);
    }
}
