using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Connections;

/// <summary>A whole book without a time of its own: it takes the time of its connection's next diff and sorts before it.</summary>
internal sealed class PendingBook(StreamId stream, in DepthEvent book, ReadOnlySpan<byte> reason)
{
    private readonly byte[] bids = book.Bids.ToArray();
    private readonly byte[] asks = book.Asks.ToArray();
    private readonly byte[] why = reason.ToArray();
    private readonly SequenceRange? range = book.Range;
    private readonly int levels = book.Levels;

    /// <summary>The depth stream.</summary>
    public StreamId Stream => stream;

    /// <summary>Why the exchange sent it.</summary>
    public ReadOnlySpan<byte> Reason => why;

    /// <summary>The book, still without a time.</summary>
    public DepthEvent ToEvent() => new() { Bids = bids, Asks = asks, Range = range, Levels = levels };
}
