using Ingester.Core.Time;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>
/// Everything that has been accepted and is neither stored nor spooled: the one bound on all queues behind it, and its age. What finds no
/// room is refused, and its owner says what was lost.
/// </summary>
internal sealed class Backlog(StorageOptions options, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly List<(double Share, TaskCompletionSource Signal)> waiters = [];
    private Upload? oldest; // they are linked in the order of adding
    private Upload? newest;
    private int count;
    private long bytes;
    private bool closed;

    /// <summary>Takes a segment or a book if there is room.</summary>
    public bool TryAdmit(Upload upload)
    {
        lock (gate)
        {
            if (closed || !options.IsBatch && (count >= options.QueuedSegments || bytes + upload.Size > options.QueuedBytes))
                return false;
            Append(upload);
            return true;
        }
    }

    /// <summary>Takes a part of a journal: the journal has a bound of its own.</summary>
    public void Admit(Upload upload)
    {
        lock (gate)
            Append(upload);
    }

    /// <summary>Its rows are stored or spooled.</summary>
    public void Remove(Upload upload)
    {
        lock (gate)
        {
            Unlink(upload);
            for (var waiter = waiters.Count - 1; waiter >= 0; waiter--)
                if (IsDrainedTo(waiters[waiter].Share))
                {
                    waiters[waiter].Signal.TrySetResult();
                    waiters.RemoveAt(waiter);
                }
        }
    }

    /// <summary>Takes no more segments and books.</summary>
    public void Close()
    {
        lock (gate)
            closed = true;
    }

    /// <summary>Ends when no more than a share of the room is taken; with zero, when nothing is left.</summary>
    public Task WhenDrainedToAsync(double share)
    {
        lock (gate)
        {
            if (IsDrainedTo(share))
                return Task.CompletedTask;
            var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiters.Add((share, signal));
            return signal.Task;
        }
    }

    /// <summary>What is left now.</summary>
    public BacklogState State
    {
        get
        {
            lock (gate)
                return new(count, bytes, oldest is { } first ? clock.GetElapsedTime(first.AddedAt) : TimeSpan.Zero);
        }
    }

    /// <summary>True when more than a share of the room is taken.</summary>
    public bool IsAbove(double share)
    {
        lock (gate)
            return !IsDrainedTo(share);
    }

    private bool IsDrainedTo(double share) => count <= share * options.QueuedSegments && bytes <= share * options.QueuedBytes;

    private void Append(Upload upload)
    {
        upload.AddedAt = clock.GetTimestamp();
        upload.AddedMicros = Micros.Now(clock);
        upload.Before = newest;
        if (newest is { } before)
            before.After = upload;
        else
            oldest = upload;
        newest = upload;
        count++;
        bytes += upload.Size;
    }

    private void Unlink(Upload upload)
    {
        var (before, after) = (upload.Before, upload.After);
        if (before is null)
            oldest = after;
        else
            before.After = after;
        if (after is null)
            newest = before;
        else
            after.Before = before;
        (upload.Before, upload.After) = (null, null);
        count--;
        bytes -= upload.Size;
    }
}
