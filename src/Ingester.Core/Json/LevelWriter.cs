namespace Ingester.Core.Json;

/// <summary>
/// A decoder's buffer for levels that the exchange does not send in canonical form. It grows to the size that its connection needs and is reused, so
/// that no frame allocates.
/// </summary>
internal sealed class LevelWriter
{
    private const int InitialSize = 1 << 10;
    private const int PunctuationBytes = 8; // ,["",""]

    private byte[] buffer = [];
    private int used;
    private int start;

    /// <summary>Number of levels in the current or last array.</summary>
    public int Count { get; private set; }

    /// <summary>The levels of a closed array.</summary>
    public ReadOnlySpan<byte> this[Slice levels] => levels.Of(buffer);

    /// <summary>Clears the buffer for the next frame.</summary>
    public void Clear() => used = 0;

    /// <summary>Begins an array of levels.</summary>
    public void BeginArray()
    {
        Reserve(1);
        start = used;
        Count = 0;
        buffer[used++] = (byte)'[';
    }

    /// <summary>Adds one level with the exchange's digits.</summary>
    public void Add(ReadOnlySpan<byte> price, ReadOnlySpan<byte> size)
    {
        Reserve(price.Length + size.Length + PunctuationBytes);
        if (Count++ > 0)
            buffer[used++] = (byte)',';
        AppendRaw("[\""u8);
        AppendRaw(price);
        AppendRaw("\",\""u8);
        AppendRaw(size);
        AppendRaw("\"]"u8);
    }

    /// <summary>Adds one level whose price and size are whole numbers of small units, see <see cref="ScaledNumber"/>.</summary>
    /// <param name="price">The digits of the price.</param>
    /// <param name="priceScale">Number of decimal places of its unit.</param>
    /// <param name="size">The digits of the size.</param>
    /// <param name="sizeScale">Number of decimal places of its unit.</param>
    public void Add(ReadOnlySpan<byte> price, int priceScale, ReadOnlySpan<byte> size, int sizeScale)
    {
        Reserve(ScaledNumber.LengthOf(price, priceScale) + ScaledNumber.LengthOf(size, sizeScale) + PunctuationBytes);
        if (Count++ > 0)
            buffer[used++] = (byte)',';
        AppendRaw("[\""u8);
        AppendScaled(price, priceScale);
        AppendRaw("\",\""u8);
        AppendScaled(size, sizeScale);
        AppendRaw("\"]"u8);
    }

    /// <summary>Ends the array.</summary>
    public Slice EndArray()
    {
        Reserve(1);
        buffer[used++] = (byte)']';
        return new(start, used - start);
    }

    private void AppendRaw(ReadOnlySpan<byte> text)
    {
        text.CopyTo(buffer.AsSpan(used));
        used += text.Length;
    }

    private void AppendScaled(ReadOnlySpan<byte> digits, int scale)
    {
        ScaledNumber.Write(digits, scale, buffer.AsSpan(used));
        used += ScaledNumber.LengthOf(digits, scale);
    }

    private void Reserve(int size)
    {
        if (buffer.Length - used < size)
            Array.Resize(ref buffer, Math.Max(Math.Max(InitialSize, buffer.Length * 2), used + size));
    }
}

/// <summary>A part of a frame or buffer, for places that cannot hold a span.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">Number of bytes.</param>
internal readonly record struct Slice(int Start, int Length)
{
    /// <summary>The position of a part of a frame.</summary>
    public static Slice Of(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> part) =>
        frame.Overlaps(part, out var start) ? new(start, part.Length) : default;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> bytes) => bytes.Slice(Start, Length);
}
