using System.Globalization;
using Ingester.Core.Journals;
using Ingester.Core.Memory;
using Ingester.Storage.Stores;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Spooling;

/// <summary>Bounded disk space for objects that are not stored yet, including those of earlier processes. Thread-safe.</summary>
internal sealed class Spool
{
    private readonly SpoolDirectory directory;
    private readonly long processStart;
    private readonly SpoolEvents events;
    private readonly CoverageJournal coverage;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly SpoolCounters counters = new();
    private readonly SpoolSpace space;
    private readonly SpoolScanner scanner;
    private readonly AsyncSignal changed = new();
    private long fileNumber;

    /// <summary>Adopts the files of earlier processes.</summary>
    /// <exception cref="StoreException">The directory cannot be read.</exception>
    public Spool(SpoolDirectory directory, long maxBytes, StorageContext context, SpoolEvents events, CoverageJournal coverage)
    {
        (this.directory, this.events, this.coverage) = (directory, events, coverage);
        (clock, processStart) = (context.Clock, context.Identity.ProcessStartMicros);
        space = new(directory.Root, maxBytes, counters, clock);
        scanner = new(directory, counters, clock, events);
        TranslateErrors("adopt", new SpoolAdoption(directory, counters, events).Run);
    }

    /// <summary>Raw capture is written only while all files together use at most this number of bytes. Default: none is written.</summary>
    public long MaxRawBytes
    {
        get => space.MaxRawBytes;
        set => space.MaxRawBytes = value;
    }

    /// <summary>The present state.</summary>
    public SpoolState State
    {
        get
        {
            lock (gate)
                return new(counters.Files, counters.Bytes, counters.OldestMicros, counters.Corrupt, space.BlockedReason);
        }
    }

    /// <summary>False if a write would fail again: no space was freed and the pause after a failure has not elapsed.</summary>
    public bool CanWrite(ObjectKind kind)
    {
        lock (gate)
            return space.CanWrite(kind);
    }

    /// <summary>Writes an object; false if there is no space or the write fails. A failure is reported once.</summary>
    public bool TryWrite(SpoolHeader header, RowBuffer body, CoverageLine? line)
    {
        var bytes = header.ToBytes();
        var number = string.Create(CultureInfo.InvariantCulture, $"{processStart}-{Interlocked.Increment(ref fileNumber)}");
        var entry = SpoolEntry.For(header, SpoolFile.LengthOf(bytes.Length, body), number);
        if (!TryReserve(entry, header.Kind))
            return false;
        if (line is not null)
            coverage.MarkSpooled(line, entry.RelativePath);
        try
        {
            TranslateErrors("write", () => directory.Write(entry, bytes, body));
        }
        catch (StoreException failure)
        {
            coverage.CancelSpooled(entry.RelativePath);
            CancelReservation(entry, failure.Message);
            return false;
        }

        lock (gate)
            space.Commit(entry);
        events.ObjectSpooled(header, directory.Root);
        changed.Notify();
        return true;
    }

    /// <summary>Waits for the oldest object that may be uploaded and reserves it. The caller must release it by one of the methods below.</summary>
    public async Task<SpoolEntry> TakeNextAsync(CancellationToken cancellation)
    {
        for (; ; )
        {
            var change = changed.NextChange;
            TimeSpan wait;
            lock (gate)
            {
                SpoolEntry entry = default;
                if (TryTranslateErrors(() => scanner.TryTakeNext(out entry)))
                    return entry;
                wait = scanner.DelayUntilRetry();
            }

            await AsyncSignal.WaitAsync(change, wait, clock, cancellation);
        }
    }

    /// <summary>
    /// Reads an object. A damaged file is moved to <c>corrupt/</c> and reported. Null for a damaged file, and if the file cannot be read now.
    /// </summary>
    public SpooledObject? Read(SpoolEntry entry)
    {
        try
        {
            return TranslateErrors("read", () => directory.Read(entry));
        }
        catch (InvalidDataException broken)
        {
            MoveToCorrupt(entry, broken.Message);
        }
        catch (StoreException failure) when (failure.InnerException is FileNotFoundException or DirectoryNotFoundException)
        {
            events.SpoolFilesMissing(entry.Folder, 1);
            RemoveFile(entry);
        }
        catch (StoreException failure)
        {
            events.SpoolFailed(failure.Message);
            lock (gate)
                scanner.MarkFailed(entry, scanner.FailuresOf(entry), SpoolSpace.PauseAfterFailure);
        }

        return null;
    }

    /// <summary>The failures of an object.</summary>
    public FailureHistory FailuresOf(SpoolEntry entry)
    {
        lock (gate)
            return scanner.FailuresOf(entry);
    }

    /// <summary>The upload failed; the object becomes available again after a delay.</summary>
    public void MarkFailed(SpoolEntry entry, FailureHistory attempts, TimeSpan wait)
    {
        lock (gate)
            scanner.MarkFailed(entry, attempts, wait);
        changed.Notify();
    }

    /// <summary>The upload was not attempted; the object becomes available again immediately.</summary>
    public void PutBack(SpoolEntry entry)
    {
        lock (gate)
            scanner.PutBack(entry);
        changed.Notify();
    }

    /// <summary>
    /// The object is stored. Its coverage line is marked as stored (a new one is written if the stream no longer has it) and the file is removed.
    /// </summary>
    public void MarkStored(SpoolEntry entry, SpoolHeader header)
    {
        coverage.MarkStoredFromSpool(entry.RelativePath, header.Coverage?.ToCoverageLine(header.Exchange, (int)header.Rows), header.Sha256);
        RemoveFile(entry);
        events.SpooledObjectStored(State.Files);
    }

    /// <summary>Completes when the spool is empty.</summary>
    public async Task WhenEmptyAsync(CancellationToken cancellation)
    {
        for (; ; )
        {
            var change = changed.NextChange;
            if (State.Files == 0)
                return;
            await change.WaitAsync(cancellation);
        }
    }

    private bool TryReserve(SpoolEntry entry, ObjectKind kind)
    {
        string full;
        lock (gate)
            if (space.TryReserve(entry, kind, out full))
                return true;
        if (kind != ObjectKind.Raw)
            events.SpoolFull(full);
        return false;
    }

    private void CancelReservation(SpoolEntry entry, string reason)
    {
        lock (gate)
            space.Cancel(entry, reason);
        events.SpoolFailed(reason);
    }

    private void MoveToCorrupt(SpoolEntry entry, string reason)
    {
        try
        {
            var path = TranslateErrors("set aside", () => directory.MoveToCorrupt(entry.Folder, entry.Name));
            events.SpoolFileCorrupt(path, reason);
        }
        catch (StoreException failure)
        {
            events.SpoolFailed(failure.Message);
            lock (gate)
                scanner.MarkFailed(entry, scanner.FailuresOf(entry), SpoolSpace.PauseAfterFailure);
            return;
        }

        lock (gate)
            counters.AddCorrupt(entry.Size);
        OnRemoved(entry);
    }

    private void RemoveFile(SpoolEntry entry)
    {
        try
        {
            TranslateErrors("remove", () => directory.Remove(entry));
        }
        catch (StoreException failure)
        {
            // The object is stored. If it is uploaded again, the store reports that it exists.
            events.SpoolFailed(failure.Message);
            lock (gate)
                scanner.MarkFailed(entry, scanner.FailuresOf(entry), SpoolSpace.PauseAfterFailure);
            return;
        }

        OnRemoved(entry);
    }

    private void OnRemoved(SpoolEntry entry)
    {
        lock (gate)
        {
            scanner.MarkRemoved(entry);
            if (counters.Remove(entry))
                TryTranslateErrors(() =>
                {
                    directory.RemoveFolder(entry.Folder);
                    return true;
                });
            space.Unblock();
            if (space.IsHalfFree)
                events.SpoolSpaceFreed();
        }

        changed.Notify();
    }

    private bool TryTranslateErrors(Func<bool> work)
    {
        try
        {
            return TranslateErrors("read", work);
        }
        catch (StoreException failure)
        {
            events.SpoolFailed(failure.Message);
            return false;
        }
    }

    private void TranslateErrors(string action, Action work) => TranslateErrors(action, () =>
    {
        work();
        return true;
    });

    private T TranslateErrors<T>(string action, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (FileSystemErrors.IsFileSystemError(error))
        {
            throw FileSystemErrors.ToStoreException(error, $"{action} files of the spool", directory.Root);
        }
    }
}
