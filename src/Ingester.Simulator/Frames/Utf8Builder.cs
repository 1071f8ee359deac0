using System.Buffers.Text;
using System.Text;
using Ingester.Core.Time;

namespace Ingester.Simulator.Frames;

/// <summary>Builds a frame, a row or a response body as UTF-8 in one reused array.</summary>
internal sealed class Utf8Builder
{
    private byte[] buffer = new byte[16_384];

    /// <summary>Number of written bytes.</summary>
    public int Length { get; private set; }

    /// <summary>The written bytes.</summary>
    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    /// <summary>Clears the builder.</summary>
    public Utf8Builder Clear()
    {
        Length = 0;
        return this;
    }

    /// <summary>Removes a trailing comma, if there is one.</summary>
    public Utf8Builder TrimComma()
    {
        if (Length > 0 && buffer[Length - 1] == (byte)',')
            Length--;
        return this;
    }

    /// <summary>Appends bytes.</summary>
    public Utf8Builder Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
        return this;
    }

    /// <summary>Appends text.</summary>
    public Utf8Builder Add(string text)
    {
        Length += Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));
        return this;
    }

    /// <summary>Appends an integer.</summary>
    public Utf8Builder Number(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out var written);
        Length += written;
        return this;
    }

    /// <summary>Appends a number of units as a decimal with all zeros: 5100 units with 8 decimals are <c>0.00005100</c>.</summary>
    public Utf8Builder Decimal(long units, int decimals)
    {
        long scale = 1;
        for (var i = 0; i < decimals; i++)
            scale *= 10;
        Number(units / scale);
        if (decimals == 0)
            return this;
        var fraction = units % scale;
        var room = Reserve(decimals + 1);
        room[0] = (byte)'.';
        for (var i = decimals; i > 0; i--)
        {
            room[i] = (byte)('0' + fraction % 10);
            fraction /= 10;
        }

        Length += decimals + 1;
        return this;
    }

    /// <summary>Appends a time as RFC 3339 with microseconds.</summary>
    public Utf8Builder Timestamp(long micros)
    {
        Micros.ToDateTime(micros).TryFormat(Reserve(27), out var written, "yyyy-MM-ddTHH:mm:ss.ffffff'Z'");
        Length += written;
        return this;
    }

    /// <summary>Appends a GUID.</summary>
    public Utf8Builder Guid(Guid value)
    {
        value.TryFormat(Reserve(36), out var written);
        Length += written;
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Written);

    private Span<byte> Reserve(int size)
    {
        if (buffer.Length - Length < size)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, Length + size));
        return buffer.AsSpan(Length);
    }
}
