using System.IO.Hashing;
using Ingester.Core.Exchanges;
using Ingester.Core.Memory;
using Ingester.Core.Time;

namespace Ingester.Core.Rows;

/// <summary>Writes rows: one JSON object per line, fields in a fixed order, digits as the exchange sent them.</summary>
internal static class RowWriter
{
    private const int FixedBytes = 192; // upper bound for the names, numbers and punctuation of a row

    /// <summary>
    /// Writes one trade: <c>{"id":"…","ts":…,"side":"…","price":"…","size":"…"}</c>, followed by <c>"type":"…"</c> if it is not a market trade, and
    /// by <c>"time":"…"</c> if it has a time mark.
    /// </summary>
    /// <returns>The hash of the row without the time mark.</returns>
    public static ulong WriteTrade(RowBuffer rows, in TradeEvent trade, TimeMark mark = TimeMark.None)
    {
        var span = rows.GetSpan(FixedBytes + trade.Id.Length + trade.Price.Length + trade.Size.Length + trade.Type.Length);
        var at = 0;
        WriteText(span, ref at, "{\"id\":\""u8);
        WriteText(span, ref at, trade.Id);
        WriteText(span, ref at, "\",\"ts\":"u8);
        WriteNumber(span, ref at, trade.Micros);
        WriteText(span, ref at, trade.TakerSells ? ",\"side\":\"sell\",\"price\":\""u8 : ",\"side\":\"buy\",\"price\":\""u8);
        WriteText(span, ref at, trade.Price);
        WriteText(span, ref at, "\",\"size\":\""u8);
        WriteText(span, ref at, trade.Size);
        if (!trade.Type.IsEmpty)
        {
            WriteText(span, ref at, "\",\"type\":\""u8);
            WriteText(span, ref at, trade.Type);
        }

        WriteText(span, ref at, "\""u8);
        return EndRow(rows, span, at, mark);
    }

    /// <summary>
    /// Writes one diff: <c>{"ts":…,"after":…,"upto":…,"bids":[…],"asks":[…]}</c>, without the range if there is none, and with <c>,"time":"…"</c> if
    /// it has a time mark.
    /// </summary>
    /// <returns>The hash of the diff without its time: two connections may send different times.</returns>
    public static ulong WriteDiff(RowBuffer rows, in DepthEvent diff, TimeMark mark = TimeMark.None)
    {
        var span = rows.GetSpan(FixedBytes + diff.Bids.Length + diff.Asks.Length);
        var at = 0;
        WriteText(span, ref at, "{\"ts\":"u8);
        WriteNumber(span, ref at, diff.Micros!.Value);
        var timeEnd = at;
        if (diff.Range is { } range)
        {
            WriteText(span, ref at, ",\"after\":"u8);
            WriteNumber(span, ref at, range.After);
            WriteText(span, ref at, ",\"upto\":"u8);
            WriteNumber(span, ref at, range.UpTo);
        }

        WriteSides(span, ref at, diff);
        return EndRow(rows, span, at, mark, timeEnd);
    }

    /// <summary>
    /// Writes one snapshot: <c>{"ts":…,"upto":…,"bids":[…],"asks":[…],"levels":…,"reason":"…"}</c>; <c>levels</c> is null when the snapshot is
    /// complete.
    /// </summary>
    public static void WriteSnapshot(RowBuffer rows, in DepthEvent book, long micros, ReadOnlySpan<byte> reason)
    {
        var span = rows.GetSpan(FixedBytes + book.Bids.Length + book.Asks.Length + reason.Length);
        var at = 0;
        WriteText(span, ref at, "{\"ts\":"u8);
        WriteNumber(span, ref at, micros);
        if (book.Range is { } range)
        {
            WriteText(span, ref at, ",\"upto\":"u8);
            WriteNumber(span, ref at, range.UpTo);
        }

        WriteSides(span, ref at, book);
        WriteText(span, ref at, ",\"levels\":"u8);
        if (book.SnapshotLevels > 0)
            WriteNumber(span, ref at, book.SnapshotLevels);
        else
            WriteText(span, ref at, "null"u8);
        WriteText(span, ref at, ",\"reason\":\""u8);
        WriteText(span, ref at, reason);
        WriteText(span, ref at, "\"}\n"u8);
        rows.Advance(at);
    }

    /// <summary>Parses a diff that <see cref="WriteDiff"/> wrote; the result points into the row.</summary>
    public static DepthEvent ReadDiff(in EventRow row) => new()
    {
        Range = row.Range,
        Micros = row.Micros,
        Bids = Between(row.Text, ",\"bids\":"u8, ",\"asks\":"u8),
        Asks = Between(row.Text, ",\"asks\":"u8, "}\n"u8),
        Checksum = row.Checksum,
    };

    /// <summary>Parses a trade that <see cref="WriteTrade"/> wrote, without its symbol; the result points into the row.</summary>
    public static TradeEvent ReadTrade(in EventRow row) => new()
    {
        Range = row.Range,
        Micros = row.Micros,
        Id = Between(row.Text, "{\"id\":\""u8, "\",\"ts\":"u8),
        TakerSells = Between(row.Text, ",\"side\":\""u8, "\",\"price\":"u8).SequenceEqual("sell"u8),
        Price = Between(row.Text, ",\"price\":\""u8, "\",\"size\":"u8),
        Size = Between(row.Text, ",\"size\":\""u8, "\""u8),
        Type = TypeOf(row.Text),
    };

    /// <summary>
    /// The value of <c>type</c>, the last field of a trade row; empty when there is none. It may contain escaped quotes, so it ends only at the end
    /// of the row.
    /// </summary>
    private static ReadOnlySpan<byte> TypeOf(ReadOnlySpan<byte> row)
    {
        var size = row[row.IndexOf(",\"size\":\""u8)..];
        var type = size.IndexOf("\",\"type\":\""u8);
        return type < 0 ? default : size[(type + "\",\"type\":\""u8.Length)..^"\"}\n"u8.Length];
    }

    private static ReadOnlySpan<byte> Between(ReadOnlySpan<byte> row, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var rest = row[(row.IndexOf(before) + before.Length)..];
        return rest[..rest.IndexOf(after)];
    }

    private static ulong EndRow(RowBuffer rows, Span<byte> span, int at, TimeMark mark, int hashedFrom = 0)
    {
        var hash = XxHash3.HashToUInt64(span[hashedFrom..at]);
        WriteText(span, ref at, mark.Field());
        WriteText(span, ref at, "}\n"u8);
        rows.Advance(at);
        return hash;
    }

    private static void WriteSides(Span<byte> span, ref int at, in DepthEvent diff)
    {
        WriteText(span, ref at, ",\"bids\":"u8);
        WriteText(span, ref at, diff.Bids);
        WriteText(span, ref at, ",\"asks\":"u8);
        WriteText(span, ref at, diff.Asks);
    }

    private static void WriteText(Span<byte> span, ref int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(span[at..]);
        at += text.Length;
    }

    private static void WriteNumber(Span<byte> span, ref int at, long number) => at += NumberFormatter.Write(span.Slice(at, NumberFormatter.RequiredBytes), number);
}
