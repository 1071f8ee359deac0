namespace Ingester.Core.Storage;

/// <summary>How much waits in which minute. Not safe for use by two threads at once.</summary>
internal sealed class SpoolTally
{
    private readonly SortedDictionary<string, long> folders = new(StringComparer.Ordinal);

    /// <summary>How many files wait.</summary>
    public long Files { get; private set; }

    /// <summary>How much of the disk is taken.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many files were set aside.</summary>
    public long Corrupt { get; private set; }

    /// <summary>The minute of the oldest file, microseconds UTC; null when none waits.</summary>
    public long? Oldest => After(null) is { } folder ? SpoolEntry.MinuteOf(folder) : null;

    /// <summary>Counts a file in.</summary>
    public void Add(SpoolEntry entry)
    {
        folders[entry.Folder] = folders.GetValueOrDefault(entry.Folder) + 1;
        Files++;
        Bytes += entry.Size;
    }

    /// <summary>Counts a file out; true when its folder is empty now.</summary>
    public bool Remove(SpoolEntry entry)
    {
        Files--;
        Bytes -= entry.Size;
        var left = folders[entry.Folder] - 1;
        folders[entry.Folder] = left;
        return left == 0 && folders.Remove(entry.Folder);
    }

    /// <summary>Counts a file that was set aside: it keeps its part of the disk.</summary>
    public void AddCorrupt(long bytes)
    {
        Corrupt++;
        Bytes += bytes;
    }

    /// <summary>The next folder in which files wait; the first one after null.</summary>
    public string? After(string? folder)
    {
        foreach (var name in folders.Keys)
            if (folder is null || string.CompareOrdinal(name, folder) > 0)
                return name;
        return null;
    }
}
