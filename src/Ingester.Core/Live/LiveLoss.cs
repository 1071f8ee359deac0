using Ingester.Core.Sequencing;

namespace Ingester.Core.Live;

/// <summary>
/// The rows and marks of one stream that a client of the live stream did not receive. <see cref="LiveClient"/> collects it, and <see cref="LiveStream.WriteMissed"/>
/// writes it as the mark <c>missed</c>.
/// </summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Marks">Number of marks.</param>
/// <param name="FromMicros">The lowest exchange time of them, microseconds UTC.</param>
/// <param name="ToMicros">The highest exchange time of them, microseconds UTC.</param>
/// <param name="Range">The range of ids that contains the ids of the rows; null when no row has ids.</param>
internal readonly record struct LiveLoss(long Rows, long Marks, long FromMicros, long ToMicros, SequenceRange? Range)
{
    /// <summary>The sum of this loss and another one of the same stream.</summary>
    public LiveLoss Add(in LiveLoss other) => Rows + Marks == 0 ? other : new(
        Rows + other.Rows, Marks + other.Marks, Math.Min(FromMicros, other.FromMicros), Math.Max(ToMicros, other.ToMicros), Union(Range, other.Range));

    private static SequenceRange? Union(SequenceRange? one, SequenceRange? other) => one is { } first && other is { } second
        ? new(Math.Min(first.After, second.After), Math.Max(first.UpTo, second.UpTo))
        : one ?? other;
}
