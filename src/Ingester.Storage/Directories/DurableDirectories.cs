using Ingester.Core.Keys;
using Ingester.Storage.Native;

namespace Ingester.Storage.Directories;

/// <summary>
/// Creates directories whose entries are flushed to disk before a file is stored in them, and remembers which ones exist. Thread-safe.
/// </summary>
internal sealed class DurableDirectories
{
    private const int MaxKnown = 50_000; // enough for some days; directories of earlier days are not used again

    private readonly Lock gate = new();

    // Hashes of directories that exist and are durable, unless another process has removed them. If two directories have the same hash, the write
    // fails and is retried.
    private readonly HashSet<ulong> known = [];

    /// <summary>
    /// Creates a directory and its missing parents, under a lock, so that no file is stored in a directory whose own entry is not durable yet.
    /// </summary>
    /// <exception cref="IOException">A directory cannot be created or flushed.</exception>
    public void Ensure(ReadOnlySpan<char> directory)
    {
        var hash = StableHash.Of(directory, "");
        lock (gate)
        {
            if (known.Contains(hash))
                return;
            CreateMissing(directory);
            if (known.Count == MaxKnown)
                known.Clear();
            known.Add(hash);
        }
    }

    /// <summary>Forgets all directories, because another process has removed one of them.</summary>
    public void Forget()
    {
        lock (gate)
            known.Clear();
    }

    private static void CreateMissing(ReadOnlySpan<char> directory)
    {
        if (NativeFile.Exists(directory))
            return;
        var above = Path.GetDirectoryName(directory);
        CreateMissing(above);
        NativeFile.CreateDirectory(directory);
        NativeFile.FlushDirectory(above);
    }
}
