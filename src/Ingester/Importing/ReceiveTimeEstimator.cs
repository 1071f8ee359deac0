using Ingester.Core.Exchanges;
using Ingester.Core.Recordings;
using Ingester.Core.Time;

namespace Ingester.Importing;

/// <summary>
/// Estimates the receive times of frames that were recorded without them, from the exchange times that they contain: the clock advances to the time
/// of a frame before the frame is processed. A single frame with a far too late time does not move the clock: a time must be confirmed by the frames
/// that follow.
/// </summary>
internal sealed class ReceiveTimeEstimator(IExchange exchange) : IEventSink
{
    private const int ConfirmingFrames = 3; // frames with a time, including the frame itself

    /// <summary>At the end of a batch fewer frames follow: steps up to this length, in microseconds, need no further confirmation.</summary>
    private static readonly long MaxUnconfirmedStep = Micros.From(TimeSpan.FromHours(1));

    private readonly IFrameDecoder decoder = exchange.CreateDecoder();
    private readonly List<long?> times = [];
    private long latestMicros;
    private long clockMicros;

    /// <summary>Decodes the times of a batch.</summary>
    public void ReadBatch(IReadOnlyList<RecordedFrame> batch)
    {
        times.Clear();
        foreach (var frame in batch)
            times.Add(frame.Micros is null && frame.IsMessage ? DecodeTime(frame) : null);
    }

    /// <summary>The clock time at the receipt of a frame of the batch; null when no time is known yet.</summary>
    public long? ClockAt(int index)
    {
        var (lowest, witnesses) = (long.MaxValue, 0);
        for (var i = index; i < times.Count && witnesses < ConfirmingFrames; i++)
            if (times[i] is { } time)
                (lowest, witnesses) = (Math.Min(lowest, time), witnesses + 1);
        if (witnesses > 0 && lowest > clockMicros && (witnesses == ConfirmingFrames || clockMicros == 0 || lowest - clockMicros <= MaxUnconfirmedStep))
            clockMicros = lowest;
        return clockMicros == 0 ? null : clockMicros;
    }

    /// <inheritdoc/>
    void IEventSink.OnTrade(in TradeEvent trade) => SetLatest(trade.IsReplayed ? null : trade.Micros);

    /// <inheritdoc/>
    void IEventSink.OnDiff(in DepthEvent diff) => SetLatest(diff.Micros);

    /// <inheritdoc/>
    void IEventSink.OnSnapshot(in DepthEvent book) => SetLatest(book.Micros);

    /// <inheritdoc/>
    void IEventSink.OnNotice(in Notice notice) => SetLatest(notice.Micros);

    private void SetLatest(long? micros) => latestMicros = Math.Max(latestMicros, micros ?? 0);

    private long? DecodeTime(in RecordedFrame frame)
    {
        latestMicros = 0;
        try
        {
            decoder.Decode(frame.Bytes.Span, this);
        }
        catch (Exception)
        {
            // A frame that the decoder rejects has no time; the error is reported when the frame is recorded.
        }

        return latestMicros > 0 ? latestMicros : null;
    }
}
