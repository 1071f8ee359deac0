namespace Ingester.Storage.Spooling;

/// <summary>How much waits in which minute, and how much is being written. Not safe for use by two threads at once.</summary>
internal sealed class SpoolTally
{
    private readonly SortedDictionary<string, Folder> folders = new(StringComparer.Ordinal);

    /// <summary>How many files wait.</summary>
    public long Files { get; private set; }

    /// <summary>How much of the disk is taken, or will be when what is being written is there.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many files were set aside.</summary>
    public long Corrupt { get; private set; }

    /// <summary>The minute of the oldest file, microseconds UTC; null when none waits.</summary>
    public long? Oldest => After(null) is { } folder ? SpoolEntry.MinuteOf(folder) : null;

    /// <summary>A file will be written.</summary>
    public void Reserve(SpoolEntry entry) => Change(entry.Folder, new(0, 1, entry.Size));

    /// <summary>A file was not written after all.</summary>
    public void Unreserve(SpoolEntry entry) => Change(entry.Folder, new(0, -1, -entry.Size));

    /// <summary>A file was written.</summary>
    public void Written(SpoolEntry entry) => Change(entry.Folder, new(1, -1, 0));

    /// <summary>A file of a former process is there.</summary>
    public void Add(SpoolEntry entry) => Change(entry.Folder, new(1, 0, entry.Size));

    /// <summary>A file is gone; true when nothing is left in its folder.</summary>
    public bool Remove(SpoolEntry entry) => Change(entry.Folder, new(-1, 0, -entry.Size));

    /// <summary>A file was set aside: it keeps its part of the disk.</summary>
    public void AddCorrupt(long bytes)
    {
        Corrupt++;
        Bytes += bytes;
    }

    /// <summary>Takes what was found in a folder for the truth, unless something is being written there; returns how many files somebody took away.</summary>
    public long Correct(string folder, long files, long bytes)
    {
        if (!folders.TryGetValue(folder, out var known) || known.Pending > 0 || known.Files == files)
            return 0;
        Change(folder, new(files - known.Files, 0, bytes - known.Bytes));
        return known.Files - files;
    }

    /// <summary>The next folder in which files wait; the first one after null.</summary>
    public string? After(string? folder)
    {
        foreach (var (name, held) in folders)
            if (held.Files > 0 && (folder is null || string.CompareOrdinal(name, folder) > 0))
                return name;
        return null;
    }

    private bool Change(string folder, Folder change)
    {
        Files += change.Files;
        Bytes += change.Bytes;
        var held = folders.GetValueOrDefault(folder);
        held = new(held.Files + change.Files, held.Pending + change.Pending, held.Bytes + change.Bytes);
        folders[folder] = held;
        return held is { Files: <= 0, Pending: 0 } && folders.Remove(folder);
    }

    /// <param name="Files">How many files wait.</param>
    /// <param name="Pending">How many are being written.</param>
    /// <param name="Bytes">How much of the disk both take.</param>
    private readonly record struct Folder(long Files, long Pending, long Bytes);
}
