namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>Keeps audits up to a size; the ones that were not used for the longest time are dropped. Not thread-safe.</summary>
/// <param name="maxBytes">The maximum of the estimated sizes.</param>
internal sealed class BlockCache(long maxBytes)
{
    private readonly Dictionary<BlockKey, LinkedListNode<AuditBlock>> blocks = [];
    private readonly LinkedList<AuditBlock> byUse = new(); // the last used one is the first

    /// <summary>The estimated size of all blocks.</summary>
    public long Bytes { get; private set; }

    /// <summary>The audit of some hours; null when it is not there.</summary>
    public AuditBlock? Find(BlockKey key)
    {
        if (!blocks.TryGetValue(key, out var node))
            return null;
        byUse.Remove(node);
        byUse.AddFirst(node);
        return node.Value;
    }

    /// <summary>Adds or replaces the audit of some hours. The newest one is kept even if it alone exceeds the size.</summary>
    public void Add(AuditBlock block)
    {
        if (blocks.TryGetValue(block.Key, out var old))
            Remove(old);
        blocks[block.Key] = byUse.AddFirst(block);
        Bytes += block.EstimatedBytes;
        while (Bytes > maxBytes && byUse.Last is { } oldest && oldest != byUse.First)
            Remove(oldest);
    }

    private void Remove(LinkedListNode<AuditBlock> node)
    {
        byUse.Remove(node);
        blocks.Remove(node.Value.Key);
        Bytes -= node.Value.EstimatedBytes;
    }
}
