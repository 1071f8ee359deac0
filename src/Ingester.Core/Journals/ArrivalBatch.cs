using Ingester.Core.Markets;
using Ingester.Core.Rows;
using Ingester.Core.Time;

namespace Ingester.Core.Journals;

/// <summary>When the events of one stored segment were received.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Window">The window of the segment.</param>
/// <param name="Sha256">The SHA-256 of the rows; null when the events have ids, which identify them in every object.</param>
/// <param name="Times">The receive times. The batch owns them.</param>
internal sealed record ArrivalBatch(StreamId Stream, Window Window, string? Sha256, ReceiveTimes Times) : IComparable<ArrivalBatch>
{
    /// <summary>Estimated size of the text and the object itself, in bytes.</summary>
    public long Size => 256 + 3 * Times.Length;

    /// <summary>Orders by market, dataset and window.</summary>
    public int CompareTo(ArrivalBatch? other)
    {
        var order = string.CompareOrdinal(Stream.Market, other!.Stream.Market);
        if (order == 0)
            order = string.CompareOrdinal(Stream.Dataset.Name(), other.Stream.Dataset.Name());
        return order != 0 ? order : Window.StartMicros.CompareTo(other.Window.StartMicros);
    }
}
