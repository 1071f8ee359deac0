using Ingester.Core.Memory;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Rows;

/// <summary>An event in the form of its row, when it cannot be written to its segment immediately.</summary>
/// <param name="Range">The sequence range of the event; null when the stream has none.</param>
/// <param name="Arrival">Its time and arrival.</param>
/// <param name="IsReplayed">True when the exchange replayed it after a subscription.</param>
/// <param name="Text">The row without a time mark, with its line end.</param>
/// <param name="Hash">The hash of the row.</param>
internal readonly record struct EventRow(SequenceRange? Range, Arrival Arrival, bool IsReplayed, byte[] Text, ulong Hash)
{
    /// <summary>The exchange's checksum of the book after a diff, which is not part of the row; null when it sends none.</summary>
    public uint? Checksum { get; init; }

    /// <summary>Its time, microseconds UTC.</summary>
    public long Micros => Arrival.Micros;

    private static ReadOnlySpan<byte> RowEnd => "}\n"u8;

    /// <summary>Writes the row.</summary>
    /// <param name="rows">The target.</param>
    /// <param name="mark">The time mark.</param>
    public void WriteTo(RowBuffer rows, TimeMark mark)
    {
        var field = mark.Field();
        var row = rows.GetSpan(Text.Length + field.Length); // in one chunk, like every row
        Text.AsSpan(0, Text.Length - RowEnd.Length).CopyTo(row);
        field.CopyTo(row[(Text.Length - RowEnd.Length)..]);
        RowEnd.CopyTo(row[(Text.Length - RowEnd.Length + field.Length)..]);
        rows.Advance(Text.Length + field.Length);
    }
}
