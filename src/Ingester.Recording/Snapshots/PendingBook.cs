using Ingester.Core.Exchanges;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;

namespace Ingester.Recording.Snapshots;

/// <summary>
/// A whole book without a time of its own: it takes that of its market's next change and sorts before it. The changes of other markets do not tell it:
/// their times may be ahead of those that this market tells next.
/// </summary>
internal sealed class PendingBook(StreamRecorder stream, in DepthEvent book, ReadOnlySpan<byte> reason)
{
    private readonly byte[] bids = book.Bids.ToArray();
    private readonly byte[] asks = book.Asks.ToArray();
    private readonly byte[] why = reason.ToArray();
    private readonly SequenceRange? range = book.Range;
    private readonly int levels = book.Levels;
    private long? heard;

    /// <summary>The depth stream.</summary>
    public StreamRecorder Stream => stream;

    /// <summary>Why the exchange sent it.</summary>
    public ReadOnlySpan<byte> Reason => why;

    /// <summary>The exchange's time that its connection had told when it came.</summary>
    public required long Told { get; init; }

    /// <summary>
    /// Its time when its market is quiet: a grace after the first that its connection told after it, once that is a grace ago as well, so that the book is
    /// surely older and every change to come surely later; null until then.
    /// </summary>
    public long? TimeOfQuiet(long exchange, long grace)
    {
        if (exchange > Told)
            heard ??= exchange;
        return heard is { } first && exchange >= first + 2 * grace ? first + grace : null;
    }

    /// <summary>The book, still without a time.</summary>
    public DepthEvent ToEvent() => new() { Bids = bids, Asks = asks, Range = range, Levels = levels };
}
