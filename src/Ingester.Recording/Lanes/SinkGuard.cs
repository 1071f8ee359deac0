using Ingester.Core.Exchanges;

namespace Ingester.Recording.Lanes;

/// <summary>
/// Distinguishes bugs of a decoder from bugs in the recording of its events: an exception that passes through this sink is not the
/// decoder's.
/// </summary>
internal sealed class SinkGuard(IEventSink sink) : IEventSink
{
    /// <summary>True while an event is being recorded, and permanently after recording has thrown.</summary>
    public bool IsRecording { get; private set; }

    /// <inheritdoc/>
    public void OnTrade(in TradeEvent trade)
    {
        IsRecording = true;
        sink.OnTrade(trade);
        IsRecording = false;
    }

    /// <inheritdoc/>
    public void OnDiff(in DepthEvent diff)
    {
        IsRecording = true;
        sink.OnDiff(diff);
        IsRecording = false;
    }

    /// <inheritdoc/>
    public void OnSnapshot(in DepthEvent book)
    {
        IsRecording = true;
        sink.OnSnapshot(book);
        IsRecording = false;
    }

    /// <inheritdoc/>
    public void OnNotice(in Notice notice)
    {
        IsRecording = true;
        sink.OnNotice(notice);
        IsRecording = false;
    }
}
