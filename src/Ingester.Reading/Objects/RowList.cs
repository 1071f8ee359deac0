using System.Collections;

namespace Ingester.Reading.Objects;

/// <summary>The rows of an object in memory, in blocks that are too small for the large object heap.</summary>
internal sealed class RowList : IReadOnlyList<LoadedRow>
{
    private const int BlockBits = 10;
    private const int BlockLength = 1 << BlockBits;

    private readonly List<LoadedRow[]> blocks = [];

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public LoadedRow this[int index] => index < Count ? blocks[index >> BlockBits][index & (BlockLength - 1)] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Adds a row.</summary>
    public void Add(in LoadedRow row)
    {
        if (Count == blocks.Count << BlockBits)
            blocks.Add(new LoadedRow[BlockLength]);
        blocks[^1][Count++ & (BlockLength - 1)] = row;
    }

    /// <inheritdoc/>
    public IEnumerator<LoadedRow> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
            yield return blocks[index >> BlockBits][index & (BlockLength - 1)];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
