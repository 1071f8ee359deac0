namespace Ingester.Reading.Merging;

/// <summary>Counts equal rows.</summary>
internal sealed class RowCounts
{
    private readonly Dictionary<ReadOnlyMemory<byte>, int> counts = new(new LineComparer());

    /// <summary>Counts rows.</summary>
    public RowCounts(IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        foreach (var line in lines)
            counts[line] = counts.GetValueOrDefault(line) + 1;
    }

    /// <summary>Removes one of the counted rows; false when none is equal.</summary>
    public bool TryRemove(ReadOnlyMemory<byte> line)
    {
        if (counts.Count == 0 || !counts.TryGetValue(line, out var count) || count == 0)
            return false;
        counts[line] = count - 1;
        return true;
    }

    private sealed class LineComparer : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        public bool Equals(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => one.Span.SequenceEqual(other.Span);

        public int GetHashCode(ReadOnlyMemory<byte> line)
        {
            var hash = new HashCode();
            hash.AddBytes(line.Span);
            return hash.ToHashCode();
        }
    }
}
