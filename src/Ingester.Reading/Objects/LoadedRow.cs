using System.IO.Hashing;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Reading.Objects;

/// <summary>One row of an object, with the fields that order it.</summary>
/// <param name="Line">The row: JSON without the line feed.</param>
/// <param name="Micros">Exchange time; zero when the row has none.</param>
/// <param name="Range">The ids of the row; null when it has none.</param>
internal readonly record struct LoadedRow(ReadOnlyMemory<byte> Line, long Micros, SequenceRange? Range)
{
    /// <summary>The object; null when the row does not come from one.</summary>
    public RowOrigin? Origin { get; init; }

    /// <summary>Number of the row in the object, from 0, in the order of its lines.</summary>
    public int Index { get; init; }

    /// <summary>
    /// The row without its closing brace and without the mark of a time before its window: only the replica that stored the event late has that mark.
    /// </summary>
    public ReadOnlyMemory<byte> WithoutLateMark
    {
        get
        {
            var mark = TimeMark.OutOfOrder.Field();
            return Line.Length > mark.Length && Line.Span[..^1].EndsWith(mark) ? Line[..^(mark.Length + 1)] : Line[..^1];
        }
    }

    /// <summary>A hash of <see cref="WithoutLateMark"/>: the same for the same event in the objects of all replicas.</summary>
    public ulong ContentHash => XxHash3.HashToUInt64(WithoutLateMark.Span);
}
