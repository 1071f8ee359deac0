using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Checking;

/// <summary>Reads the frames of one connection with a decoder of its own and counts what they hold. One thread at a time uses it.</summary>
/// <param name="exchange">The exchange.</param>
/// <param name="clock">The clock of the recorder.</param>
/// <param name="dialed">Time from the first attempt to open the connection until it was open.</param>
internal sealed class ConnectionObserver(IExchange exchange, TimeProvider clock, TimeSpan dialed) : IEventSink
{
    private readonly IFrameDecoder decoder = exchange.CreateDecoder();
    private readonly long openedMicros = Micros.Now(clock);
    private readonly Dictionary<(Dataset, string), StreamOrder> streams = [];
    private readonly HashSet<DatasetCounts> inFrame = [];
    private long nowMicros;

    /// <summary>Time from the first attempt to open the connection until it was open: rate limit, token, address, TCP, TLS and handshake.</summary>
    public TimeSpan Dialed => dialed;

    /// <summary>Number of frames.</summary>
    public long Frames { get; private set; }

    /// <summary>Time from the opening to the first frame; null without a frame.</summary>
    public TimeSpan? FirstFrameAfter { get; private set; }

    /// <summary>Number of notices by kind.</summary>
    public Dictionary<NoticeKind, long> Notices { get; } = [];

    /// <summary>Number of messages of channels that were not subscribed, by channel; the empty name for messages without one.</summary>
    public Dictionary<string, long> Ignored { get; } = [];

    /// <summary>The counts by dataset.</summary>
    public Dictionary<Dataset, DatasetCounts> Datasets { get; } = [];

    /// <summary>The streams that the exchange confirmed.</summary>
    public HashSet<Subscription> Confirmed { get; } = [];

    /// <summary>Counts a frame. What the decoder rejects is reported by the recorder, which receives the same frame.</summary>
    public void Read(ReadOnlySpan<byte> frame)
    {
        nowMicros = Micros.Now(clock);
        FirstFrameAfter ??= SinceOpened();
        Frames++;
        inFrame.Clear();
        try
        {
            decoder.Decode(frame, this);
        }
        catch (Exception)
        {
            // The recorder quarantines the frame, with the reason.
        }

        foreach (var counts in inFrame)
            counts.Messages++;
    }

    /// <inheritdoc/>
    void IEventSink.OnTrade(in TradeEvent trade)
    {
        var dataset = trade.IsAggregated ? Dataset.AggTrades : Dataset.Trades;
        var counts = CountsOf(dataset);
        if (trade.IsReplayed)
            counts.Replayed++;
        else
            Count(dataset, trade.Symbol, trade.Range, trade.Micros == 0 ? null : trade.Micros);
    }

    /// <inheritdoc/>
    void IEventSink.OnDiff(in DepthEvent diff)
    {
        Count(Dataset.Depth, diff.Symbol, diff.Range, diff.Micros);
        if (diff.Checksum is not null)
            CountsOf(Dataset.Depth).Checksums++;
    }

    /// <inheritdoc/>
    void IEventSink.OnSnapshot(in DepthEvent book)
    {
        if (exchange.Profile.BookDataset == Dataset.Snapshots)
        {
            Count(Dataset.Snapshots, book.Symbol, range: null, book.Micros);
            return;
        }

        CountsOf(Dataset.Depth).Snapshots++;
        streams.Remove((Dataset.Depth, Encoding.UTF8.GetString(book.Symbol))); // the ids of diffs begin with the snapshot
    }

    /// <inheritdoc/>
    void IEventSink.OnNotice(in Notice notice)
    {
        Notices[notice.Kind] = Notices.GetValueOrDefault(notice.Kind) + 1;
        if (notice.Kind != NoticeKind.Ignored)
            return;
        var channel = Encoding.UTF8.GetString(notice.Channel);
        Ignored[channel] = Ignored.GetValueOrDefault(channel) + 1;
    }

    private void Count(Dataset dataset, ReadOnlySpan<byte> symbolBytes, SequenceRange? range, long? micros)
    {
        var (counts, symbol) = (CountsOf(dataset), Encoding.UTF8.GetString(symbolBytes));
        counts.Events++;
        counts.FirstAfter ??= SinceOpened();
        counts.Symbols.Add(symbol);
        if (micros is { } time)
            counts.AddLag(nowMicros - time);
        if (!streams.TryGetValue((dataset, symbol), out var order))
            streams.Add((dataset, symbol), order = new());
        order.Add(range, micros, counts);
    }

    private DatasetCounts CountsOf(Dataset dataset)
    {
        if (!Datasets.TryGetValue(dataset, out var counts))
            Datasets.Add(dataset, counts = new());
        inFrame.Add(counts);
        return counts;
    }

    private TimeSpan SinceOpened() => TimeSpan.FromMicroseconds(nowMicros - openedMicros);
}
