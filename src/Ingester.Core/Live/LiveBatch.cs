namespace Ingester.Core.Live;

/// <summary>
/// Consecutive lines of the live stream, which all clients share. The intake fills it; after it is taken from the intake it does not change. It is a part of
/// a larger block of memory: the next batch continues in the same block.
/// </summary>
/// <param name="block">The memory.</param>
/// <param name="start">The first byte of this batch in the memory.</param>
internal sealed class LiveBatch(byte[] block, int start)
{
    private const int EntryBytes = 80; // memory of one entry in the list, rounded up

    private readonly List<LiveEntry> entries = [];
    private Dictionary<LiveStream, LiveLoss>? losses;
    private long length; // of all lines

    /// <summary>The lines, in the order in which they were recorded.</summary>
    public IReadOnlyList<LiveEntry> Entries => entries;

    /// <summary>What no client receives, because the intake was full after the last line.</summary>
    public IReadOnlyDictionary<LiveStream, LiveLoss> Losses => losses ?? (IReadOnlyDictionary<LiveStream, LiveLoss>)System.Collections.Frozen.FrozenDictionary<LiveStream, LiveLoss>.Empty;

    /// <summary>Memory that the batch uses, in bytes, rounded up.</summary>
    public long Size => length + (entries.Count + (losses?.Count ?? 0)) * EntryBytes;

    /// <summary>The first free byte of the block after this batch.</summary>
    public int End { get; private set; } = start;

    /// <summary>Number of free bytes in the block.</summary>
    public int Room => block.Length - End;

    /// <summary>The bytes of consecutive lines.</summary>
    /// <param name="first">The index of the first line.</param>
    /// <param name="count">The number of lines, at least one.</param>
    public ReadOnlySpan<byte> GetText(int first, int count)
    {
        var last = entries[first + count - 1];
        return block.AsSpan(entries[first].Start, last.Start + last.Length - entries[first].Start);
    }

    /// <summary>Appends a line, for which there must be room.</summary>
    public void Append(LiveStream stream, in LiveLineParts line)
    {
        line.CopyTo(block.AsSpan(End, line.Length));
        entries.Add(new(stream, End, line.Length, line.Content));
        End += line.Length;
        length += line.Length;
    }

    /// <summary>Notes a line that is dropped after the last line.</summary>
    public void AddLoss(LiveStream stream, in LiveLoss loss)
    {
        losses ??= [];
        losses[stream] = losses.GetValueOrDefault(stream).Add(loss);
    }
}
