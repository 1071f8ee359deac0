using Ingester.Core.Memory;

namespace Ingester.Core.Rows;

/// <summary>
/// When the events of a segment were received, in the order of their rows: for each event the local time, and its last id if the segment has ids. Stored as
/// differences of variable length, about three to five bytes for each event, in unmanaged memory. The owner must dispose it. Not thread-safe.
/// </summary>
internal sealed class ReceiveTimes : IDisposable
{
    private const int MaxEventLength = 2 * MaxNumberLength;
    private const int MaxNumberLength = 10;
    private const int ContinuationBit = 0x80;
    private const int BitsPerByte = 7;

    private Chunk bytes = Chunk.None; // one chunk, not a RowBuffer: each object that an event touches is a cache miss
    private int used;
    private long lastId;
    private long lastMicros;

    /// <summary>Number of events.</summary>
    public int Count { get; private set; }

    /// <summary>Memory in use, in bytes.</summary>
    public long Length => used;

    /// <summary>True when the events have ids. All events of a segment have ids, or none.</summary>
    public bool HasIds { get; private set; }

    /// <summary>The smallest difference between local time and exchange time of an event, in microseconds; <see cref="long.MaxValue"/> when no event has an exchange time.</summary>
    public long MinDelay { get; private set; } = long.MaxValue;

    /// <summary>Adds the next event.</summary>
    /// <param name="id">Its last id; null when the segment has no ids.</param>
    /// <param name="received">The local time when it was received, microseconds UTC.</param>
    /// <param name="delay">Local time minus exchange time in microseconds; <see cref="long.MaxValue"/> when it has no plausible exchange time.</param>
    public void Add(long? id, long received, long delay)
    {
        if (bytes.Capacity - used < MaxEventLength)
            Grow();
        var target = bytes.GetSpan()[used..];
        var length = Write(target, received - lastMicros);
        lastMicros = received;
        if (id is { } upTo)
        {
            HasIds = true;
            length += Write(target[length..], upTo - lastId);
            lastId = upTo;
        }

        used += length;
        MinDelay = Math.Min(MinDelay, delay);
        Count++;
    }

    /// <summary>A copy for another owner.</summary>
    public ReceiveTimes Copy()
    {
        var copy = new ReceiveTimes { Count = Count, HasIds = HasIds, MinDelay = MinDelay, lastId = lastId, lastMicros = lastMicros, used = used };
        copy.bytes = ChunkPool.Shared.Rent(used + MaxEventLength);
        bytes.GetSpan()[..used].CopyTo(copy.bytes.GetSpan());
        return copy;
    }

    /// <summary>Reads the events from the first one. Invalid once an event is added.</summary>
    public Reader Read() => new(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (bytes.Capacity > 0)
            ChunkPool.Shared.Return(bytes);
        (bytes, used, Count) = (Chunk.None, 0, 0);
    }

    private void Grow()
    {
        var larger = ChunkPool.Shared.Rent(Math.Max(ChunkPool.MinChunkBytes, 2 * bytes.Capacity));
        bytes.GetSpan()[..used].CopyTo(larger.GetSpan());
        if (bytes.Capacity > 0)
            ChunkPool.Shared.Return(bytes);
        bytes = larger;
    }

    private static int Write(Span<byte> target, long number)
    {
        var rest = ((ulong)number << 1) ^ (ulong)(number >> 63); // small negative numbers are short, too
        var length = 0;
        for (; rest >= ContinuationBit; rest >>= BitsPerByte)
            target[length++] = (byte)(rest | ContinuationBit);
        target[length++] = (byte)rest;
        return length;
    }

    /// <summary>Reads the events in order.</summary>
    public struct Reader(ReceiveTimes times)
    {
        private int at;

        /// <summary>The difference between the last id and that of the event before; for the first event the id. Zero without ids.</summary>
        public long IdDifference { get; private set; }

        /// <summary>The difference between the local time and that of the event before, in microseconds; for the first event the local time.</summary>
        public long MicrosDifference { get; private set; }

        /// <summary>Advances to the next event; false after the last one.</summary>
        public bool MoveNext()
        {
            if (at == times.used)
                return false;
            var text = times.bytes.GetSpan();
            MicrosDifference = ReadNumber(text);
            IdDifference = times.HasIds ? ReadNumber(text) : 0;
            return true;
        }

        private long ReadNumber(ReadOnlySpan<byte> text)
        {
            var (number, shift) = (0UL, 0);
            while (text[at] >= ContinuationBit)
            {
                number |= (ulong)(text[at++] & (ContinuationBit - 1)) << shift;
                shift += BitsPerByte;
            }

            number |= (ulong)text[at++] << shift;
            return (long)(number >> 1) ^ -(long)(number & 1);
        }
    }
}
