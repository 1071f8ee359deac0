using System.Runtime.InteropServices;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>
/// Drops rows of a stream without sequence ids that one replica stored in one window and another replica in the next. Only rows whose time is outside
/// of their window are dropped. Equal rows of the same replica are two events.
/// </summary>
internal sealed class SeenRows
{
    private const int MostRemembered = 200_000;

    private List<(LoadedRow Row, Window Window)> last = [];
    private List<(LoadedRow Row, Window Window)> current = [];
    private HashSet<string> lastWriters = [];
    private HashSet<string> currentWriters = [];

    /// <summary>True before the first row.</summary>
    public bool IsEmpty => last.Count == 0 && current.Count == 0;

    /// <summary>Moves to the next windows: the current rows become the previous ones.</summary>
    public void Turn()
    {
        (last, current) = (current, []);
        (lastWriters, currentWriters) = (currentWriters, []);
    }

    /// <summary>Drops rows that were read in the previous windows, and keeps the rest for comparison.</summary>
    public IEnumerable<LoadedRow> Filter(IEnumerable<LoadedRow> rows, Window window, HashSet<string> writers)
    {
        Dictionary<ReadOnlyMemory<byte>, int>? ahead = null, all = null;
        var same = writers.Overlaps(lastWriters);
        currentWriters.UnionWith(writers);
        foreach (var row in rows)
        {
            if (!same && last.Count > 0)
            {
                ahead ??= Count(last.Where(one => one.Row.Micros >= one.Window.EndMicros));
                if (Takes(ahead, row.Line))
                    continue;
                if (row.Micros < window.StartMicros && Takes(all ??= Count(last.Where(one => one.Row.Micros < one.Window.EndMicros)), row.Line))
                    continue;
            }

            if (current.Count < MostRemembered)
                current.Add((row, window));
            yield return row;
        }
    }

    private static bool Takes(Dictionary<ReadOnlyMemory<byte>, int> counted, ReadOnlyMemory<byte> line)
    {
        if (counted.Count == 0 || !counted.TryGetValue(line, out var count) || count == 0)
            return false;
        counted[line] = count - 1;
        return true;
    }

    private static Dictionary<ReadOnlyMemory<byte>, int> Count(IEnumerable<(LoadedRow Row, Window Window)> rows)
    {
        var counted = new Dictionary<ReadOnlyMemory<byte>, int>(new Lines());
        foreach (var (row, _) in rows)
            CollectionsMarshal.GetValueRefOrAddDefault(counted, row.Line, out _)++;
        return counted;
    }

    private sealed class Lines : IEqualityComparer<ReadOnlyMemory<byte>>
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
