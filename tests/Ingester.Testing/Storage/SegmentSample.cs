using System.Buffers;
using System.Text;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Sequencing;

namespace Ingester.Testing.Storage;

/// <summary>Sample segments and rows.</summary>
internal static class SegmentSample
{
    /// <summary>2025-10-25 00:00 UTC.</summary>
    public const long Midnight = 1_761_350_400_000_000;

    public static StreamId Trades { get; } = new(Dataset.Trades, "binance", "BTC-USDT");

    public static RowBuffer Rows(string text)
    {
        var rows = new RowBuffer();
        rows.Write(Encoding.UTF8.GetBytes(text));
        return rows;
    }

    public static SealedSegment Segment(StreamId? stream = null, string rows = "{\"id\":\"8\"}\n{\"id\":\"9\"}\n", bool whole = true,
        StreamIdentity identity = StreamIdentity.Identical) => new()
        {
            Stream = stream ?? Trades,
            Window = new(Midnight, 1),
            Range = new(7, 9),
            IsWhole = whole,
            Count = rows.Count(letter => letter == '\n'),
            Rows = Rows(rows),
            Identity = identity,
        };
}
