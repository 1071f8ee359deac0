using Ingester.Core.Exchanges;
using Ingester.Core.Time;

namespace Ingester.Importing;

/// <summary>
/// Estimates the receive times of frames that were recorded without them, from the exchange times that they contain: the clock advances to the time
/// of a frame before the frame is processed. A single frame with a far too late time does not move the clock: a time must be confirmed by the frames
/// that follow.
/// </summary>
internal sealed class RecordedTimes(IExchange exchange) : IEventSink
{
    private const int Witnesses = 3; // frames with a time, including the frame itself

    /// <summary>At the end of a batch fewer frames follow: steps up to this length, in microseconds, need no further confirmation.</summary>
    private static readonly long BelievedStep = Micros.From(TimeSpan.FromHours(1));

    private readonly IFrameDecoder decoder = exchange.OpenDecoder();
    private readonly List<long?> times = [];
    private long found;
    private long shown;

    /// <summary>Decodes the times of a batch.</summary>
    public void Read(IReadOnlyList<RecordedFrame> batch)
    {
        times.Clear();
        foreach (var frame in batch)
            times.Add(frame.Micros is null ? TimeOf(frame) : null);
    }

    /// <summary>The clock time at the receipt of a frame of the batch; null when no time is known yet.</summary>
    public long? At(int index)
    {
        var (lowest, witnesses) = (long.MaxValue, 0);
        for (var i = index; i < times.Count && witnesses < Witnesses; i++)
            if (times[i] is { } time)
                (lowest, witnesses) = (Math.Min(lowest, time), witnesses + 1);
        if (witnesses > 0 && lowest > shown && (witnesses == Witnesses || shown == 0 || lowest - shown <= BelievedStep))
            shown = lowest;
        return shown == 0 ? null : shown;
    }

    /// <inheritdoc/>
    void IEventSink.Trade(in TradeEvent trade) => Find(trade.Replayed ? null : trade.Micros);

    /// <inheritdoc/>
    void IEventSink.Depth(in DepthEvent diff) => Find(diff.Micros);

    /// <inheritdoc/>
    void IEventSink.Book(in DepthEvent book) => Find(book.Micros);

    /// <inheritdoc/>
    void IEventSink.Notice(in Notice notice) => Find(notice.Micros);

    private void Find(long? micros) => found = Math.Max(found, micros ?? 0);

    private long? TimeOf(in RecordedFrame frame)
    {
        found = 0;
        try
        {
            decoder.Decode(frame.Bytes.Span, this);
        }
        catch (Exception)
        {
            // A frame that the decoder rejects has no time; the error is reported when the frame is recorded.
        }

        return found > 0 ? found : null;
    }
}
