namespace Ingester.Recording.Backfill;

/// <summary>
/// The holes in trades that are to be closed, in the order in which they are due. Receive loops add to it, one loop takes from it; it never waits, and it is
/// bounded: what finds no room is left to <c>ingester repair</c>.
/// </summary>
/// <param name="clock">Tells when something is due.</param>
/// <param name="delay">How long a hole is left to events that only come late.</param>
internal sealed class RepairPlan(TimeProvider clock, TimeSpan delay)
{
    /// <summary>So many holes are remembered.</summary>
    public const int MostHoles = 10_000;

    /// <summary>A hole that could not be closed so often is left to people: over some hours.</summary>
    public const int MostTries = 12;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30);

    private readonly Lock gate = new();
    private readonly PriorityQueue<(TradeHole Hole, int Tries), TimeSpan> waiting = new();
    private readonly long origin = clock.GetTimestamp();

    /// <summary>How many holes wait.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(origin);

    /// <summary>Adds a hole; false when there is no room for it, or it was tried too often.</summary>
    /// <param name="hole">The hole.</param>
    /// <param name="tries">How often it was tried already.</param>
    public bool TryAdd(TradeHole hole, int tries = 0)
    {
        var wait = delay * (1L << Math.Min(tries, 20));
        lock (gate)
        {
            if (waiting.Count >= MostHoles || tries >= MostTries)
                return false;
            waiting.Enqueue((hole, tries), Now + (wait < LongestWait ? wait : LongestWait));
            return true;
        }
    }

    /// <summary>Takes the next hole that is due; null when none is.</summary>
    public (TradeHole Hole, int Tries)? Take()
    {
        lock (gate)
            return waiting.TryPeek(out _, out var due) && due <= Now ? waiting.Dequeue() : null;
    }
}
