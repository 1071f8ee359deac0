using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Ingester.Simulator.Frames;

/// <summary>
/// One encoded WebSocket frame including its header. Frames of a server are not masked, so all connections share the same bytes. Pooled and
/// reference-counted: the last release returns the bytes to the pool.
/// </summary>
internal sealed class SharedFrame
{
    private const byte TextOpcode = 0x1;
    private const byte BinaryOpcode = 0x2;
    private const byte CloseOpcode = 0x8;
    private const byte PingOpcode = 0x9;
    private readonly byte[] bytes;
    private readonly int length;
    private int references = 1;

    private SharedFrame(byte code, ReadOnlySpan<byte> payload)
    {
        bytes = ArrayPool<byte>.Shared.Rent(payload.Length + 10);
        bytes[0] = (byte)(0x80 | code);
        var header = WriteLength(payload.Length);
        payload.CopyTo(bytes.AsSpan(header));
        length = header + payload.Length;
    }

    /// <summary>Header and payload.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes.AsMemory(0, length);

    /// <summary>A text message.</summary>
    public static SharedFrame Text(ReadOnlySpan<byte> payload) => new(TextOpcode, payload);

    /// <summary>A binary message.</summary>
    public static SharedFrame Binary(ReadOnlySpan<byte> payload) => new(BinaryOpcode, payload);

    /// <summary>A protocol ping.</summary>
    public static SharedFrame Ping(ReadOnlySpan<byte> payload) => new(PingOpcode, payload);

    /// <summary>A close frame with code and reason.</summary>
    public static SharedFrame Close(ushort code, string reason)
    {
        Span<byte> payload = stackalloc byte[125];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        return new(CloseOpcode, payload[..(2 + Encoding.UTF8.GetBytes(reason, payload[2..]))]);
    }

    /// <summary>Adds a reference.</summary>
    public void Retain() => Interlocked.Increment(ref references);

    /// <summary>Removes a reference.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref references) == 0)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    private int WriteLength(int payload)
    {
        switch (payload)
        {
            case < 126:
                bytes[1] = (byte)payload;
                return 2;
            case <= ushort.MaxValue:
                bytes[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)payload);
                return 4;
            default:
                bytes[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(2), (ulong)payload);
                return 10;
        }
    }
}
