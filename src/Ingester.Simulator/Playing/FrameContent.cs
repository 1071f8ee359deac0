using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Simulator.Playing;

/// <summary>What one frame contains, by the exchange's own decoder. Reused for all frames of a recording.</summary>
internal sealed class FrameContent : IEventSink
{
    private readonly List<PlayedEvent> events = [];

    /// <summary>The events in the frame, in order.</summary>
    public IReadOnlyList<PlayedEvent> Events => events;

    /// <summary>True when every connection receives the frame: a heartbeat without a symbol, a notice of the exchange, or a frame that does not decode.</summary>
    public bool IsForAll { get; private set; }

    /// <summary>The symbol of a heartbeat; null for none.</summary>
    public string? HeartbeatSymbol { get; private set; }

    /// <summary>The channel and symbol that the frame acknowledges; null for none.</summary>
    public (string Channel, string Symbol)? Acknowledged { get; private set; }

    /// <summary>The latest exchange time in the frame, microseconds UTC; null when it has none.</summary>
    public long? Micros { get; private set; }

    /// <summary>The dataset by which the exchange's books are recorded: a snapshot is an event where it is <see cref="Dataset.Snapshots"/>.</summary>
    public required Dataset BookDataset { get; init; }

    /// <summary>Follows the books of the recording; null when they are not needed.</summary>
    public PlayedBooks? Books { get; init; }

    /// <summary>Decodes a frame.</summary>
    public void Read(IFrameDecoder decoder, ReadOnlySpan<byte> frame)
    {
        events.Clear();
        (IsForAll, HeartbeatSymbol, Acknowledged, Micros) = (false, null, null, null);
        try
        {
            decoder.Decode(frame, this);
        }
        catch (JsonException)
        {
            IsForAll = true; // the recorder quarantines it, as it did or will do live
        }
    }

    /// <inheritdoc/>
    public void OnTrade(in TradeEvent trade)
    {
        Add(trade.IsAggregated ? Dataset.AggTrades : Dataset.Trades, trade.Symbol, (trade.Range, trade.Micros), trade.IsReplayed);
        SetTime(trade.IsReplayed || trade.Micros == 0 ? null : trade.Micros);
    }

    /// <inheritdoc/>
    public void OnDiff(in DepthEvent diff)
    {
        Add(Dataset.Depth, diff.Symbol, (diff.Range, diff.Micros ?? 0));
        SetTime(diff.Micros);
        Books?.Apply(events[^1].Stream.Symbol, diff);
    }

    /// <inheritdoc/>
    public void OnSnapshot(in DepthEvent book)
    {
        Add(BookDataset, book.Symbol, (null, book.Micros ?? 0), isRepeated: BookDataset == Dataset.Depth);
        SetTime(book.Micros);
        Books?.Load(events[^1].Stream.Symbol, book);
    }

    /// <inheritdoc/>
    public void OnNotice(in Notice notice)
    {
        SetTime(notice.Micros);
        switch (notice.Kind)
        {
            case NoticeKind.Heartbeat when !notice.Symbol.IsEmpty:
                HeartbeatSymbol = Encoding.UTF8.GetString(notice.Symbol);
                break;
            case NoticeKind.Heartbeat or NoticeKind.ReplyExpected or NoticeKind.ClosingSoon:
                IsForAll = true;
                break;
            case NoticeKind.Acknowledged when !notice.Symbol.IsEmpty:
                Acknowledged = (Encoding.UTF8.GetString(notice.Channel), Encoding.UTF8.GetString(notice.Symbol));
                break;
            default:
                break; // answers to other clients, and channels that are not recorded: no connection receives them
        }
    }

    private void Add(Dataset dataset, ReadOnlySpan<byte> symbol, (SequenceRange? Range, long Micros) position, bool isRepeated = false) =>
        events.Add(new(new(dataset, Encoding.UTF8.GetString(symbol)), position.Range, position.Micros) { IsRepeated = isRepeated });

    private void SetTime(long? micros) => Micros = micros > (Micros ?? 0) ? micros : Micros;
}
