using System.Collections.Concurrent;

namespace Ingester.Postgres.Loading;

/// <summary>What a run did. Thread-safe.</summary>
internal sealed class LoadReport
{
    private readonly ConcurrentDictionary<string, string> unreadable = new(StringComparer.Ordinal);
    private long loaded, rows, unchanged, loadedByOthers;

    /// <summary>Objects loaded.</summary>
    public long Loaded => Interlocked.Read(ref loaded);

    /// <summary>Their rows.</summary>
    public long Rows => Interlocked.Read(ref rows);

    /// <summary>Objects whose revision, or a higher one, is in the database already.</summary>
    public long Unchanged => Interlocked.Read(ref unchanged);

    /// <summary>Objects that another process loaded at the same time.</summary>
    public long LoadedByOthers => Interlocked.Read(ref loadedByOthers);

    /// <summary>One sentence for each object that is not readable, in the order of keys.</summary>
    public IReadOnlyList<string> Unreadable => [.. unreadable.OrderBy(static one => one.Key, StringComparer.Ordinal).Select(static one => one.Value)];

    /// <summary>Adds objects of a transaction that is committed.</summary>
    public void AddLoaded(long objects, long count)
    {
        Interlocked.Add(ref loaded, objects);
        Interlocked.Add(ref rows, count);
    }

    /// <summary>Adds objects that the database has already.</summary>
    public void AddUnchanged(long objects) => Interlocked.Add(ref unchanged, objects);

    /// <summary>Adds an object that another process loaded.</summary>
    public void AddLoadedByOther() => Interlocked.Increment(ref loadedByOthers);

    /// <summary>Adds an object that is not readable; true when it was not known.</summary>
    public bool AddUnreadable(string key, string sentence) => unreadable.TryAdd(key, sentence);
}
