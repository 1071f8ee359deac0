using System.Buffers.Text;
using Ingester.Core.Keys;
using Ingester.Core.Memory;
using Ingester.Core.Time;

namespace Ingester.Core.Raw;

/// <summary>
/// One of the three files of an exchange: lines in the order of their time, cut into one object per minute of the local clock, or more if it grows too
/// long. A line is <c>seconds with six decimals, columns, content</c>; the first one of each object states its format. Many connections share a file, and its
/// lock is held only while a line is copied. Thread-safe.
/// </summary>
internal sealed class RawFile(string exchange, RawFileKind kind, RawCapacity capacity, TimeProvider clock, Action<RawObject> send) : IDisposable
{
    private const int MaxTimeLength = 24;
    private const int Base64PieceBytes = 3 << 10; // a multiple of three: only the last piece is padded
    private const int MicrosPerSecond = 1_000_000;

    private readonly Lock gate = new();
    private RowBuffer lines = new();
    private int count;
    private long minute = long.MinValue;
    private int number = 1;
    private bool closed;

    /// <summary>Size in bytes at which the next object begins.</summary>
    public required long MaxPartBytes { get; init; }

    /// <summary>
    /// Called when a minute begins, before its first line, to append the lines without which the minute cannot be read alone. Null for none.
    /// </summary>
    public Action? MinuteBegun { get; set; }

    /// <summary>Start of the minute of the present object, microseconds UTC; the lowest number before the first line.</summary>
    public long MinuteMicros
    {
        get
        {
            lock (gate)
                return minute;
        }
    }

    /// <summary>Appends a line; false if there is no memory for it.</summary>
    public bool TryAppend(in RawLine line) => TryAppend(default, line);

    /// <summary>Appends two lines at the same time, of which the first may be empty; false if there is no memory for both.</summary>
    public bool TryAppend(in RawLine first, in RawLine line)
    {
        Span<byte> time = stackalloc byte[MaxTimeLength];
        lock (gate)
        {
            var now = Micros.Now(clock);
            if (closed)
                return false;
            if (now >= minute + Window.MicrosPerMinute || minute == long.MinValue)
                BeginMinute(now);
            else if (lines.Length >= MaxPartBytes)
                Cut();
            time = time[..WriteTime(time, now)];
            var format = count == 0 ? RawFormat.FirstLine(kind) : default;
            if (!capacity.TryReserve(SizeOf(format, time.Length) + SizeOf(first, time.Length) + SizeOf(line, time.Length), isMessage: !line.IsNote))
                return false;
            Append(format, time);
            Append(first, time);
            Append(line, time);
            return true;
        }
    }

    /// <summary>Hands over the object of a minute that has ended.</summary>
    public void FlushFinishedMinute()
    {
        lock (gate)
            if (lines.Length > 0 && Micros.Now(clock) >= minute + Window.MicrosPerMinute)
                Cut();
    }

    /// <summary>Hands over what is left and accepts no more.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Cut();
        }
    }

    /// <summary>Accepts no more, and releases what was not handed over.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            count = 0;
            lines.Dispose();
        }
    }

    private static int WriteTime(Span<byte> target, long micros)
    {
        Utf8Formatter.TryFormat(micros / MicrosPerSecond, target, out var length);
        target[length++] = (byte)'.';
        Utf8Formatter.TryFormat(micros % MicrosPerSecond, target[length..], out var decimals, new('D', 6));
        return length + decimals;
    }

    /// <summary>If the clock was set back, the last minute is kept, so that no key is used twice.</summary>
    private void BeginMinute(long now)
    {
        Cut();
        (minute, number) = (Window.Containing(now, 1).StartMicros, 1);
        MinuteBegun?.Invoke();
    }

    private void Cut()
    {
        if (count == 0)
            return;
        var full = new RawObject(new(exchange, kind, minute, number++), lines, count);
        lines = new();
        count = 0;
        send(full);
    }

    private static int SizeOf(in RawLine line, int timeLength) => line.Columns.IsEmpty ? 0
        : timeLength + line.Columns.Length + (line.IsEncoded ? Base64.GetMaxEncodedToUtf8Length(line.Content.Length) : line.Content.Length) + 1;

    private void Append(in RawLine line, ReadOnlySpan<byte> time)
    {
        if (line.Columns.IsEmpty)
            return;
        lines.Append(time);
        lines.Append(line.Columns);
        if (line.IsEncoded)
            AppendBase64(line.Content);
        else
            lines.Append(line.Content);
        lines.Append("\n"u8);
        count++;
    }

    private void AppendBase64(ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            var piece = content[..Math.Min(content.Length, Base64PieceBytes)];
            Base64.EncodeToUtf8(piece, lines.GetSpan(Base64.GetMaxEncodedToUtf8Length(piece.Length)), out _, out var written);
            lines.Advance(written);
            content = content[piece.Length..];
        }
    }
}
