namespace Ingester.Storage.Spooling;

/// <summary>Number and size of the files of each minute, pending writes included. Not thread-safe.</summary>
internal sealed class SpoolCounters
{
    private readonly SortedDictionary<string, Folder> folders = new(StringComparer.Ordinal);

    /// <summary>Number of files.</summary>
    public long Files { get; private set; }

    /// <summary>Disk space in use, including pending writes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Number of damaged files.</summary>
    public long Corrupt { get; private set; }

    /// <summary>The minute of the oldest file, microseconds UTC; null if there is none.</summary>
    public long? OldestMicros => NextFolder(null) is { } folder ? SpoolEntry.MinuteOf(folder) : null;

    /// <summary>Reserves space for a file that will be written.</summary>
    public void Reserve(SpoolEntry entry) => Apply(entry.Folder, new(0, 1, entry.Size));

    /// <summary>Releases the space of a file whose write failed.</summary>
    public void CancelReservation(SpoolEntry entry) => Apply(entry.Folder, new(0, -1, -entry.Size));

    /// <summary>Counts a reserved file as written.</summary>
    public void CommitReservation(SpoolEntry entry) => Apply(entry.Folder, new(1, -1, 0));

    /// <summary>Counts a file of an earlier process.</summary>
    public void Add(SpoolEntry entry) => Apply(entry.Folder, new(1, 0, entry.Size));

    /// <summary>A file was removed; true if nothing is left in its folder.</summary>
    public bool Remove(SpoolEntry entry) => Apply(entry.Folder, new(-1, 0, -entry.Size));

    /// <summary>A file was moved to <c>corrupt/</c>; it still uses disk space.</summary>
    public void AddCorrupt(long bytes)
    {
        Corrupt++;
        Bytes += bytes;
    }

    /// <summary>
    /// Corrects the counters to the listing of a folder, unless a write to it is pending. Returns the number of files that others have removed.
    /// </summary>
    public long Reconcile(string folder, long files, long bytes)
    {
        if (!folders.TryGetValue(folder, out var known) || known.Pending > 0 || known.Files == files)
            return 0;
        Apply(folder, new(files - known.Files, 0, bytes - known.Bytes));
        return known.Files - files;
    }

    /// <summary>The next folder that has files; the first one for null.</summary>
    public string? NextFolder(string? folder)
    {
        foreach (var (name, held) in folders)
            if (held.Files > 0 && (folder is null || string.CompareOrdinal(name, folder) > 0))
                return name;
        return null;
    }

    private bool Apply(string folder, Folder change)
    {
        Files += change.Files;
        Bytes += change.Bytes;
        var held = folders.GetValueOrDefault(folder);
        held = new(held.Files + change.Files, held.Pending + change.Pending, held.Bytes + change.Bytes);
        folders[folder] = held;
        return held is { Files: <= 0, Pending: 0 } && folders.Remove(folder);
    }

    /// <param name="Files">Number of files.</param>
    /// <param name="Pending">Number of files being written.</param>
    /// <param name="Bytes">Disk space of both.</param>
    private readonly record struct Folder(long Files, long Pending, long Bytes);
}
