using System.IO.Hashing;
using Ingester.Core.Exchanges;
using Ingester.Core.Memory;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Rows;

/// <summary>Writes rows: one JSON object per line, fields in a fixed order, digits as the exchange sent them.</summary>
internal static class RowWriter
{
    private const int Fixed = 192; // upper bound for the names, numbers and punctuation of a row

    /// <summary>
    /// Writes one trade: <c>{"id":"…","ts":…,"side":"…","price":"…","size":"…"}</c>, followed by <c>"type":"…"</c> if it is not a market trade, and
    /// by <c>"time":"…"</c> if it has a time mark.
    /// </summary>
    /// <returns>The hash of the row without the time mark.</returns>
    public static ulong Trade(RowBuffer rows, in TradeEvent trade, TimeMark mark = TimeMark.None)
    {
        var span = rows.GetSpan(Fixed + trade.Id.Length + trade.Price.Length + trade.Size.Length + trade.Type.Length);
        var at = 0;
        Text(span, ref at, "{\"id\":\""u8);
        Text(span, ref at, trade.Id);
        Text(span, ref at, "\",\"ts\":"u8);
        Number(span, ref at, trade.Micros);
        Text(span, ref at, trade.TakerSells ? ",\"side\":\"sell\",\"price\":\""u8 : ",\"side\":\"buy\",\"price\":\""u8);
        Text(span, ref at, trade.Price);
        Text(span, ref at, "\",\"size\":\""u8);
        Text(span, ref at, trade.Size);
        if (!trade.Type.IsEmpty)
        {
            Text(span, ref at, "\",\"type\":\""u8);
            Text(span, ref at, trade.Type);
        }

        Text(span, ref at, "\""u8);
        return End(rows, span, at, mark);
    }

    /// <summary>
    /// Writes one diff: <c>{"ts":…,"after":…,"upto":…,"bids":[…],"asks":[…]}</c>, without the range if there is none, and with <c>,"time":"…"</c> if
    /// it has a time mark.
    /// </summary>
    /// <returns>The hash of the diff without its time: two connections may send different times.</returns>
    public static ulong Depth(RowBuffer rows, in DepthEvent diff, TimeMark mark = TimeMark.None)
    {
        var span = rows.GetSpan(Fixed + diff.Bids.Length + diff.Asks.Length);
        var at = 0;
        Text(span, ref at, "{\"ts\":"u8);
        Number(span, ref at, diff.Micros!.Value);
        var said = at;
        if (diff.Range is { } range)
        {
            Text(span, ref at, ",\"after\":"u8);
            Number(span, ref at, range.After);
            Text(span, ref at, ",\"upto\":"u8);
            Number(span, ref at, range.UpTo);
        }

        Sides(span, ref at, diff);
        return End(rows, span, at, mark, said);
    }

    /// <summary>
    /// Writes one snapshot: <c>{"ts":…,"upto":…,"bids":[…],"asks":[…],"levels":…,"reason":"…"}</c>; <c>levels</c> is null when the snapshot is
    /// complete.
    /// </summary>
    public static void Book(RowBuffer rows, in DepthEvent book, long micros, ReadOnlySpan<byte> reason)
    {
        var span = rows.GetSpan(Fixed + book.Bids.Length + book.Asks.Length + reason.Length);
        var at = 0;
        Text(span, ref at, "{\"ts\":"u8);
        Number(span, ref at, micros);
        if (book.Range is { } range)
        {
            Text(span, ref at, ",\"upto\":"u8);
            Number(span, ref at, range.UpTo);
        }

        Sides(span, ref at, book);
        Text(span, ref at, ",\"levels\":"u8);
        if (book.Levels > 0)
            Number(span, ref at, book.Levels);
        else
            Text(span, ref at, "null"u8);
        Text(span, ref at, ",\"reason\":\""u8);
        Text(span, ref at, reason);
        Text(span, ref at, "\"}\n"u8);
        rows.Advance(at);
    }

    /// <summary>Parses a diff that <see cref="Depth"/> wrote; the result points into the row.</summary>
    public static DepthEvent ReadDepth(in FeedRow row) => new()
    {
        Range = row.Range,
        Micros = row.Micros,
        Bids = Between(row.Text, ",\"bids\":"u8, ",\"asks\":"u8),
        Asks = Between(row.Text, ",\"asks\":"u8, "}\n"u8),
        Checksum = row.Checksum,
    };

    /// <summary>Parses a trade that <see cref="Trade"/> wrote, without its symbol; the result points into the row.</summary>
    public static TradeEvent ReadTrade(in FeedRow row) => new()
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
    /// The last field of a trade row; empty when there is none. It may contain escaped quotes, so it ends only at the end of the row.
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

    private static ulong End(RowBuffer rows, Span<byte> span, int at, TimeMark mark, int hashedFrom = 0)
    {
        var hash = XxHash3.HashToUInt64(span[hashedFrom..at]);
        Text(span, ref at, mark.Field());
        Text(span, ref at, "}\n"u8);
        rows.Advance(at);
        return hash;
    }

    private static void Sides(Span<byte> span, ref int at, in DepthEvent diff)
    {
        Text(span, ref at, ",\"bids\":"u8);
        Text(span, ref at, diff.Bids);
        Text(span, ref at, ",\"asks\":"u8);
        Text(span, ref at, diff.Asks);
    }

    private static void Text(Span<byte> span, ref int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(span[at..]);
        at += text.Length;
    }

    private static void Number(Span<byte> span, ref int at, long number) => at += RowNumber.Write(span.Slice(at, RowNumber.Room), number);
}
