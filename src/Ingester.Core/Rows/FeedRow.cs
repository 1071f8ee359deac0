using Ingester.Core.Memory;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Rows;

/// <summary>The time of an event, and what its connection knew when it arrived.</summary>
/// <param name="Micros">The event's time, microseconds UTC.</param>
/// <param name="Mark">Where that comes from; <see cref="TimeMark.None"/> for the exchange.</param>
/// <param name="Since">The latest of it and the times that its connection has carried: a proof that begins with the event begins then.</param>
/// <param name="Sure">True where the exchange's clock was fresh, and two frames agreed on it.</param>
internal readonly record struct Arrival(long Micros, TimeMark Mark, long Since, bool Sure);

/// <summary>An event as the row that it becomes, where it cannot be written into its segment at once.</summary>
/// <param name="Range">The sequence that it covers; null where the stream has none.</param>
/// <param name="Arrival">Its time, and when it arrived.</param>
/// <param name="Replayed">True when the exchange replayed it on subscribe.</param>
/// <param name="Text">The row without a mark of its time, with its line end.</param>
/// <param name="Hash">The hash of the row.</param>
internal readonly record struct FeedRow(SequenceRange? Range, Arrival Arrival, bool Replayed, byte[] Text, ulong Hash)
{
    /// <summary>The exchange's checksum of the book after a change, which no row has; null where it sends none.</summary>
    public uint? Checksum { get; init; }

    /// <summary>Its time, microseconds UTC.</summary>
    public long Micros => Arrival.Micros;

    /// <summary>Writes the row.</summary>
    /// <param name="rows">Where to.</param>
    /// <param name="mark">What is unusual about its time.</param>
    public void WriteTo(RowBuffer rows, TimeMark mark)
    {
        if (mark == TimeMark.None)
        {
            rows.Append(Text);
            return;
        }

        rows.Append(Text.AsSpan(0, Text.Length - 2));
        rows.Append(mark.Field());
        rows.Append("}\n"u8);
    }
}
