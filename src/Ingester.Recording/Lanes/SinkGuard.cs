using Ingester.Core.Exchanges;

namespace Ingester.Recording.Lanes;

/// <summary>
/// Distinguishes bugs of a decoder from bugs in the recording of its events: an exception that passes through this sink is not the
/// decoder's.
/// </summary>
internal sealed class SinkGuard(IEventSink sink) : IEventSink
{
    /// <summary>True while an event is being recorded, and permanently after recording has thrown.</summary>
    public bool Recording { get; private set; }

    /// <inheritdoc/>
    public void Trade(in TradeEvent trade)
    {
        Recording = true;
        sink.Trade(trade);
        Recording = false;
    }

    /// <inheritdoc/>
    public void Depth(in DepthEvent diff)
    {
        Recording = true;
        sink.Depth(diff);
        Recording = false;
    }

    /// <inheritdoc/>
    public void Book(in DepthEvent book)
    {
        Recording = true;
        sink.Book(book);
        Recording = false;
    }

    /// <inheritdoc/>
    public void Notice(in Notice notice)
    {
        Recording = true;
        sink.Notice(notice);
        Recording = false;
    }
}
