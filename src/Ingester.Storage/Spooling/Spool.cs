using System.Collections.Concurrent;
using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Memory;
using Ingester.Core.Segments;
using Ingester.Storage.Stores;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Spooling;

/// <summary>Bounded disk space for objects that are not stored yet, including those of earlier processes. Thread-safe.</summary>
internal sealed partial class Spool
{
    private const int JournalShare = 16;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    private readonly SpoolDirectory directory;
    private readonly StorageContext context;
    private readonly TimeProvider clock;
    private readonly long most;
    private readonly Lock gate = new();
    private readonly SpoolTally tally = new();
    private readonly SpoolWalk walk;
    private readonly Pulse changed = new();
    private readonly ConcurrentDictionary<string, CoverageLine> unreported = new(StringComparer.Ordinal);
    private long numbers;
    private long blockedUntil = long.MinValue;
    private string? trouble;
    private bool full; // for segments; there may still be space for journals

    /// <summary>Adopts the files of earlier processes.</summary>
    /// <exception cref="StoreException">The directory cannot be read.</exception>
    public Spool(SpoolDirectory directory, SpoolOptions options, StorageContext context)
    {
        (this.directory, this.context, clock, most) = (directory, context, context.Clock, options.MaxBytes);
        walk = new(directory, tally, context);
        Guard("adopt", Adopt);
    }

    /// <summary>The present state.</summary>
    public SpoolState State
    {
        get
        {
            lock (gate)
                return new(tally.Files, tally.Bytes, tally.Oldest, tally.Corrupt, trouble);
        }
    }

    /// <summary>False if a write would fail again: no space was freed and the pause after a failure has not elapsed.</summary>
    public bool MayTry(ObjectKind kind)
    {
        lock (gate)
            return clock.GetTimestamp() >= blockedUntil && !(full && kind != ObjectKind.Journal);
    }

    /// <summary>Writes an object; false if there is no space or the write fails. A failure is reported once.</summary>
    public bool TryWrite(SpoolHeader header, RowBuffer body, CoverageLine? coverage)
    {
        var bytes = header.ToBytes();
        var number = string.Create(CultureInfo.InvariantCulture, $"{context.Identity.ProcessStartMicros}-{Interlocked.Increment(ref numbers)}");
        var entry = SpoolEntry.For(header, SpoolFile.Size(bytes.Length, body), number);
        if (!TryReserve(entry, header.Kind))
            return false;
        if (coverage is not null)
            Remember(entry, coverage);
        try
        {
            Guard("write", () => directory.Write(entry, bytes, body));
        }
        catch (StoreException failure)
        {
            unreported.TryRemove(entry.Path, out _);
            Unreserve(entry, failure.Message);
            return false;
        }

        lock (gate)
        {
            tally.Written(entry);
            trouble = full ? trouble : null;
        }

        context.Events.Spooled(header, directory.Root);
        changed.Fire();
        return true;
    }

    /// <summary>Waits for the oldest object that may be uploaded and reserves it. The caller must release it by one of the methods below.</summary>
    public async Task<SpoolEntry> NextAsync(CancellationToken cancellation)
    {
        for (; ; )
        {
            var change = changed.Next;
            TimeSpan wait;
            lock (gate)
            {
                SpoolEntry entry = default;
                if (TryGuard(() => walk.TryNext(out entry)))
                    return entry;
                wait = walk.UntilRetry();
            }

            await Pulse.WaitAsync(change, wait, clock, cancellation);
        }
    }

    /// <summary>
    /// Reads an object. A damaged file is moved to <c>corrupt/</c> and reported. Null for a damaged file, and if the file cannot be read now.
    /// </summary>
    public SpooledObject? Read(SpoolEntry entry)
    {
        try
        {
            return Guard("read", () => directory.Read(entry));
        }
        catch (InvalidDataException broken)
        {
            SetAside(entry, broken.Message);
        }
        catch (StoreException failure) when (failure.InnerException is FileNotFoundException or DirectoryNotFoundException)
        {
            context.Events.SpoolFilesGone(entry.Folder, 1);
            Forget(entry);
        }
        catch (StoreException failure)
        {
            context.Events.SpoolFailed(failure.Message);
            lock (gate)
                walk.Fail(entry, walk.Attempts(entry), PauseAfterFailure);
        }

        return null;
    }

    /// <summary>The failures of an object.</summary>
    public Attempts Attempts(SpoolEntry entry)
    {
        lock (gate)
            return walk.Attempts(entry);
    }

    /// <summary>The upload failed; the object becomes available again after a delay.</summary>
    public void Failed(SpoolEntry entry, Attempts attempts, TimeSpan wait)
    {
        lock (gate)
            walk.Fail(entry, attempts, wait);
        changed.Fire();
    }

    /// <summary>The upload was not attempted; the object becomes available again immediately.</summary>
    public void GiveBack(SpoolEntry entry)
    {
        lock (gate)
            walk.GiveBack(entry);
        changed.Fire();
    }

    /// <summary>
    /// The object is stored. Its coverage line is marked as stored (a new one is written if the stream no longer has it) and the file is removed.
    /// </summary>
    public void Stored(SpoolEntry entry, SpoolHeader header, ISegmentOutput output)
    {
        if (unreported.TryRemove(entry.Path, out var line))
            line.Stored(header.Sha256);
        else
            header.Coverage?.Line(header.Exchange, (int)header.Rows, output).StoredLater(header.Sha256);
        Forget(entry);
        context.Events.SpoolLeft(State.Files);
    }

    /// <summary>Completes when the spool is empty.</summary>
    public async Task WhenEmptyAsync(CancellationToken cancellation)
    {
        for (; ; )
        {
            var change = changed.Next;
            if (State.Files == 0)
                return;
            await change.WaitAsync(cancellation);
        }
    }

    private void Remember(SpoolEntry entry, CoverageLine coverage)
    {
        unreported[entry.Path] = coverage;
        coverage.OnceReported(() => unreported.TryRemove(entry.Path, out _));
    }

    private bool TryReserve(SpoolEntry entry, ObjectKind kind)
    {
        var limit = kind == ObjectKind.Journal ? most : most - most / JournalShare;
        lock (gate)
        {
            if (tally.Bytes + entry.Size <= limit)
            {
                tally.Reserve(entry);
                return true;
            }

            trouble = $"The spool {directory.Root} is full: {tally.Bytes} of {most} bytes are in use.";
            full = true;
            if (kind == ObjectKind.Journal)
                blockedUntil = After(PauseAfterFailure);
        }

        context.Events.SpoolFull(trouble);
        return false;
    }

    private void Unreserve(SpoolEntry entry, string reason)
    {
        lock (gate)
        {
            tally.Unreserve(entry);
            trouble = reason;
            blockedUntil = After(PauseAfterFailure);
        }

        context.Events.SpoolFailed(reason);
    }

    private void SetAside(SpoolEntry entry, string reason)
    {
        try
        {
            var path = Guard("set aside", () => directory.SetAside(entry.Folder, entry.Name));
            context.Events.SpoolFileCorrupt(path, reason);
        }
        catch (StoreException failure)
        {
            context.Events.SpoolFailed(failure.Message);
            lock (gate)
                walk.Fail(entry, walk.Attempts(entry), PauseAfterFailure);
            return;
        }

        lock (gate)
            tally.AddCorrupt(entry.Size);
        Leave(entry);
    }

    private void Forget(SpoolEntry entry)
    {
        try
        {
            Guard("remove", () => directory.Remove(entry));
        }
        catch (StoreException failure)
        {
            // The object is stored. If it is uploaded again, the store reports that it exists.
            context.Events.SpoolFailed(failure.Message);
            lock (gate)
                walk.Fail(entry, walk.Attempts(entry), PauseAfterFailure);
            return;
        }

        Leave(entry);
    }

    private void Leave(SpoolEntry entry)
    {
        lock (gate)
        {
            walk.Forget(entry);
            if (tally.Remove(entry))
                TryGuard(() =>
                {
                    directory.RemoveFolder(entry.Folder);
                    return true;
                });
            if (trouble is not null)
                (full, trouble, blockedUntil) = (false, null, long.MinValue);
            if (tally.Bytes < most / 2)
                context.Events.SpoolHasRoom();
        }

        changed.Fire();
    }

    private long After(TimeSpan span) => clock.GetTimestamp() + (long)(span.TotalSeconds * clock.TimestampFrequency);

    private bool TryGuard(Func<bool> work)
    {
        try
        {
            return Guard("read", work);
        }
        catch (StoreException failure)
        {
            context.Events.SpoolFailed(failure.Message);
            return false;
        }
    }

    private void Guard(string action, Action work) => Guard(action, () =>
    {
        work();
        return true;
    });

    private T Guard<T>(string action, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (DirectoryFailure.IsOne(error))
        {
            throw DirectoryFailure.Of(error, $"{action} files of the spool", directory.Root);
        }
    }
}
