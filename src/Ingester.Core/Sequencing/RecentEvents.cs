namespace Ingester.Core.Sequencing;

/// <summary>
/// Ranges and row hashes of the last events of a stream, which distinguish a duplicate from a conflict (rules S2 and S3 of <c>docs/proof.md</c>). The
/// capacity grows from 16 to 512 events when it is filled within ten minutes, so that a quiet stream uses little memory.
/// </summary>
/// <remarks>It is a struct inside its cursor, not a separate object, because each event of thousands of streams accesses it.</remarks>
internal struct RecentEvents()
{
    private const int MinCapacity = 16;
    private const int MaxCapacity = 512;
    private const long LapMicros = 600_000_000; // microseconds of exchange time

    private Entry[] ring = [];
    private int count;
    private int next;
    private long lapBegan;

    /// <summary>Adds an event.</summary>
    /// <param name="range">Its range.</param>
    /// <param name="hash">The hash of its row.</param>
    /// <param name="connection">The connection that received it.</param>
    /// <param name="micros">The time of the stream, microseconds UTC. It also decides whether the capacity grows.</param>
    public void Add(SequenceRange range, ulong hash, int connection, long micros)
    {
        if (next == ring.Length)
            EndLap(micros);
        ring[next++] = new(range.UpTo, (uint)hash, Length(range), (ushort)connection, Milliseconds(micros));
        if (count < next)
            count = next;
    }

    /// <summary>Compares an event with the known events of exactly this range.</summary>
    public readonly KnownMatch Find(SequenceRange range, ulong hash)
    {
        var found = KnownMatch.Unknown;
        for (var back = 1; back <= count; back++)
        {
            ref var entry = ref EntryBack(back);
            if (entry.UpTo != range.UpTo || entry.Length != Length(range))
                continue;
            if (entry.Hash == (uint)hash)
                return KnownMatch.Same;
            found = KnownMatch.Different;
        }

        return found;
    }

    /// <summary>
    /// True when another connection received the event with this id, and the stream's time was then later than a time less a tolerance. False when the event is not known any
    /// more.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="connection">The connection that receives it now.</param>
    /// <param name="micros">The time, microseconds UTC; at most twenty days from that of the event.</param>
    /// <param name="tolerance">The tolerance in microseconds.</param>
    public readonly bool WasReceivedByAnother(long id, int connection, long micros, long tolerance)
    {
        for (var back = 1; back <= count; back++)
        {
            ref var entry = ref EntryBack(back);
            if (id <= entry.UpTo && (ulong)(entry.UpTo - id) < entry.Length)
                return entry.Connection != (ushort)connection && unchecked((int)(Milliseconds(micros - tolerance) - entry.Milliseconds)) <= 0;
        }

        return false;
    }

    private readonly ref Entry EntryBack(int steps) => ref ring[next >= steps ? next - steps : next - steps + ring.Length];

    private void EndLap(long micros)
    {
        if (ring.Length == 0 || ring.Length < MaxCapacity && micros - lapBegan < LapMicros)
            Array.Resize(ref ring, Math.Min(MaxCapacity, Math.Max(MinCapacity, ring.Length * 4)));
        next = count < ring.Length ? count : 0;
        lapBegan = micros;
    }

    private static ushort Length(SequenceRange range) => (ushort)Math.Min(unchecked((ulong)range.Length), ushort.MaxValue);

    private static uint Milliseconds(long micros) => unchecked((uint)(micros / 1_000));

    /// <summary>Twenty-four bytes, because each event of thousands of streams writes one entry: of its time only the last 32 bits of the milliseconds.</summary>
    private readonly record struct Entry(long UpTo, uint Hash, ushort Length, ushort Connection, uint Milliseconds);
}
