using System.Buffers.Text;
using Ingester.Core.Keys;
using Ingester.Core.Memory;
using Ingester.Core.Time;

namespace Ingester.Core.Raw;

/// <summary>
/// One of the three files of an exchange: lines in the order of their time, cut into one object per minute of the local clock, or more if it grows too
/// long. A line is <c>seconds with six decimals, columns, content</c>. Many connections share a file, and its lock is held only while a line
/// is copied. Thread-safe.
/// </summary>
internal sealed class RawFile(string exchange, RawFileKind kind, RawCapacity capacity, TimeProvider clock, Action<RawObject> send)
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
    /// Called when a minute begins, before its first line, to append the lines that every object needs to be read alone. Null for none.
    /// </summary>
    public Action? MinuteBegun { get; set; }

    /// <summary>Appends a line; false if there is no memory for it.</summary>
    /// <param name="columns">The columns between time and content, with the tabs before and after them.</param>
    /// <param name="content">The content, without tab and line break unless it is encoded.</param>
    /// <param name="encode">True to encode the content as base64.</param>
    /// <param name="isMessage">True for a message, false for a line about messages, which has a reserve of memory.</param>
    public bool TryAppend(ReadOnlySpan<byte> columns, ReadOnlySpan<byte> content, bool encode = false, bool isMessage = true)
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
            var size = time.Length + columns.Length + (encode ? Base64.GetMaxEncodedToUtf8Length(content.Length) : content.Length) + 1;
            if (!capacity.TryReserve(size, isMessage))
                return false;
            lines.Append(time);
            lines.Append(columns);
            if (encode)
                AppendBase64(content);
            else
                lines.Append(content);
            lines.Append("\n"u8);
            count++;
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
        (lines, count) = (new(), 0);
        send(full);
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
