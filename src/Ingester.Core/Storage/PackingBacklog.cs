namespace Ingester.Core.Storage;

/// <summary>How many bytes of rows wait for somebody who packs them, now.</summary>
internal sealed class PackingBacklog
{
    private const long Large = 16 << 20; // a sixth of a second of one processor

    private long bytes;

    /// <summary>True when packing has fallen behind.</summary>
    public bool IsLarge => Volatile.Read(ref bytes) > Large;

    /// <summary>So many more wait.</summary>
    public void Add(long rows) => Interlocked.Add(ref bytes, rows);

    /// <summary>So many wait no more.</summary>
    public void Remove(long rows) => Interlocked.Add(ref bytes, -rows);
}
