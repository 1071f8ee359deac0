using System.Runtime.InteropServices;
using Ingester.Core.Time;

namespace Ingester.Storage.Uploads;

/// <summary>
/// All objects that were accepted and are neither stored nor spooled. It is the only bound on the queues behind it, and it knows the age of the
/// oldest object. An object for which there is no space is rejected; its owner reports the loss.
/// </summary>
internal sealed class Backlog(StorageOptions options, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly List<(double Share, TaskCompletionSource Signal)> drainWaiters = [];
    private Upload? oldest; // a linked list in the order of acceptance
    private Upload? newest;
    private int count;
    private long bytes;
    private bool closed;

    /// <summary>Accepts a segment or a snapshot if there is space.</summary>
    public bool TryAdmit(Upload upload)
    {
        lock (gate)
        {
            if (closed || !options.IsBatch && (count >= options.MaxQueuedObjects || bytes + upload.Size > options.MaxQueuedBytes))
                return false;
            Link(upload);
            return true;
        }
    }

    /// <summary>Accepts a part of a journal or of raw capture. There is always space for it, because they have their own bounds.</summary>
    public void Admit(Upload upload)
    {
        lock (gate)
            Link(upload);
    }

    /// <summary>Removes an upload whose rows are stored or spooled.</summary>
    public void Remove(Upload upload)
    {
        lock (gate)
        {
            Unlink(upload);
            for (var waiter = drainWaiters.Count - 1; waiter >= 0; waiter--)
                if (IsDrainedTo(drainWaiters[waiter].Share))
                {
                    drainWaiters[waiter].Signal.TrySetResult();
                    drainWaiters.RemoveAt(waiter);
                }
        }
    }

    /// <summary>Accepts no further segments and snapshots.</summary>
    public void Close()
    {
        lock (gate)
            closed = true;
    }

    /// <summary>Completes when at most the given share of the capacity is in use; for zero, when the backlog is empty.</summary>
    public Task WhenDrainedToAsync(double share)
    {
        lock (gate)
        {
            if (IsDrainedTo(share))
                return Task.CompletedTask;
            var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            drainWaiters.Add((share, signal));
            return signal.Task;
        }
    }

    /// <summary>The present state.</summary>
    public BacklogState State
    {
        get
        {
            lock (gate)
                return new(count, bytes, oldest is { } first ? clock.GetElapsedTime(first.AddedAt) : TimeSpan.Zero);
        }
    }

    /// <summary>The present state of each exchange that has objects in the backlog. Takes time proportional to their number.</summary>
    public IReadOnlyDictionary<string, BacklogState> ReadByExchange()
    {
        var states = new Dictionary<string, BacklogState>(StringComparer.Ordinal);
        lock (gate)
            for (var upload = oldest; upload is not null; upload = upload.Next)
            {
                ref var state = ref CollectionsMarshal.GetValueRefOrAddDefault(states, upload.Exchange, out var isKnown);
                state = new(state.Objects + 1, state.Bytes + upload.Size, isKnown ? state.OldestAge : clock.GetElapsedTime(upload.AddedAt));
            }

        return states;
    }

    /// <summary>True when more than the given share of the capacity is in use.</summary>
    public bool IsAbove(double share)
    {
        lock (gate)
            return !IsDrainedTo(share);
    }

    private bool IsDrainedTo(double share) => count <= share * options.MaxQueuedObjects && bytes <= share * options.MaxQueuedBytes;

    private void Link(Upload upload)
    {
        upload.AddedAt = clock.GetTimestamp();
        upload.AddedMicros = Micros.Now(clock);
        upload.Previous = newest;
        if (newest is { } before)
            before.Next = upload;
        else
            oldest = upload;
        newest = upload;
        count++;
        bytes += upload.Size;
    }

    private void Unlink(Upload upload)
    {
        var (before, after) = (upload.Previous, upload.Next);
        if (before is null)
            oldest = after;
        else
            before.Next = after;
        if (after is null)
            newest = before;
        else
            after.Previous = before;
        (upload.Previous, upload.Next) = (null, null);
        count--;
        bytes -= upload.Size;
    }
}
