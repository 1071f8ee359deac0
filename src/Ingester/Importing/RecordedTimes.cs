using Ingester.Core.Exchanges;
using Ingester.Core.Time;

namespace Ingester.Importing;

/// <summary>
/// The local time of frames that were recorded without one, from the exchange's times in them: before a frame is recorded the clock shows the time that the
/// frame carries, as it did when the frame was received. One frame whose time is far too late does not move the clock: it shows no time that the next frames
/// have not reached.
/// </summary>
internal sealed class RecordedTimes(IExchange exchange) : IEventSink
{
    private const int Witnesses = 3; // frames with a time, the frame itself among them

    /// <summary>At the end of a batch, where fewer frames follow, a step is believed up to this length, microseconds.</summary>
    private static readonly long BelievedStep = Micros.From(TimeSpan.FromHours(1));

    private readonly IFrameDecoder decoder = exchange.OpenDecoder();
    private readonly List<long?> times = [];
    private long found;
    private long shown;

    /// <summary>Reads the times of a batch, whose frames are then asked for one by one.</summary>
    public void Read(IReadOnlyList<RecordedFrame> batch)
    {
        times.Clear();
        foreach (var frame in batch)
            times.Add(frame.Micros is null ? TimeOf(frame) : null);
    }

    /// <summary>What the clock shows when a frame of the batch is received; null when nothing is known yet.</summary>
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
            // Whatever a decoder cannot read has no time here; what is wrong with it is said where it is recorded.
        }

        return found > 0 ? found : null;
    }
}
