using Ingester.Core.Sequencing;

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
}
