namespace Ingester.Core.Sequencing;

/// <summary>What is known of an earlier event with the same range.</summary>
internal enum Recollection : byte
{
    /// <summary>Nothing: there was none, or it is forgotten.</summary>
    Unknown,

    /// <summary>It had the same row.</summary>
    Same,

    /// <summary>Every event with that range had another row.</summary>
    Different,
}

/// <summary>
/// The ranges and row hashes of the last events of a stream, by which a repetition is told from a conflict (rules S2 and S3 of <c>docs/proof.md</c>). It grows
/// from 16 to 512 events while it is filled within ten minutes, so that a quiet stream holds little.
/// </summary>
/// <remarks>A part of its cursor rather than an object of its own: each event of thousands of streams touches it.</remarks>
internal struct RecentEvents()
{
    private const int Fewest = 16;
    private const int Most = 512;
    private const long Lap = 600_000_000; // microseconds of exchange time

    private Entry[] ring = [];
    private int count;
    private int next;
    private long lapBegan;

    /// <summary>Remembers an event.</summary>
    /// <param name="range">Its range.</param>
    /// <param name="hash">The hash of its row.</param>
    /// <param name="connection">The connection that brought it.</param>
    /// <param name="micros">The time of the stream, by which the memory decides whether to grow.</param>
    public void Add(SequenceRange range, ulong hash, int connection, long micros)
    {
        if (next == ring.Length)
            EndLap(micros);
        ring[next++] = new(range.UpTo, (uint)hash, Length(range), (ushort)connection);
        if (count < next)
            count = next;
    }

    /// <summary>What is known of the events with exactly this range.</summary>
    public readonly Recollection Find(SequenceRange range, ulong hash)
    {
        var found = Recollection.Unknown;
        for (var back = 1; back <= count; back++)
        {
            ref var entry = ref Back(back);
            if (entry.UpTo != range.UpTo || entry.Length != Length(range))
                continue;
            if (entry.Hash == (uint)hash)
                return Recollection.Same;
            found = Recollection.Different;
        }

        return found;
    }

    /// <summary>The connection (its number's last 16 bits) that brought the event which covers an id; null where that is not known any more.</summary>
    public readonly ushort? ConnectionOf(long id)
    {
        for (var back = 1; back <= count; back++)
        {
            ref var entry = ref Back(back);
            if (id <= entry.UpTo && (ulong)(entry.UpTo - id) < entry.Length)
                return entry.Connection;
        }

        return null;
    }

    private readonly ref Entry Back(int steps) => ref ring[next >= steps ? next - steps : next - steps + ring.Length];

    private void EndLap(long micros)
    {
        if (ring.Length == 0 || ring.Length < Most && micros - lapBegan < Lap)
            Array.Resize(ref ring, Math.Min(Most, Math.Max(Fewest, ring.Length * 4)));
        next = count < ring.Length ? count : 0;
        lapBegan = micros;
    }

    private static ushort Length(SequenceRange range) => (ushort)Math.Min(unchecked((ulong)range.Length), ushort.MaxValue);

    /// <summary>Sixteen bytes: each event of thousands of streams writes one.</summary>
    private readonly record struct Entry(long UpTo, uint Hash, ushort Length, ushort Connection);
}
