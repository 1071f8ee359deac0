namespace Ingester.Core.Sequencing;

/// <summary>Events that chain to each other and not to the head of their stream.</summary>
/// <param name="id">Its number within the stream.</param>
/// <param name="first">Its first event.</param>
/// <param name="headMicros">Time of the head when its first event was received, microseconds UTC.</param>
internal sealed class CandidateRun(int id, in CursorEvent first, long headMicros)
{
    private readonly ulong hash = first.Hash;
    private bool mayRegroup = first.MayRegroup;

    /// <summary>Its number within the stream, from one.</summary>
    public int Id => id;

    /// <summary>The sequence range of its events.</summary>
    public SequenceRange Range { get; private set; } = first.Range;

    /// <summary>Time of the head when its first event was received, microseconds UTC.</summary>
    public long HeadMicros => headMicros;

    /// <summary>Time of its first event, microseconds UTC; null when it is not known.</summary>
    public long? Micros { get; } = first.Micros;

    /// <summary>Time of its last event, microseconds UTC; null when it is not known.</summary>
    public long? LastMicros { get; private set; } = first.Micros;

    /// <summary>The connection that received its last event.</summary>
    public int Connection { get; private set; } = first.Connection;

    /// <summary>Number of events.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>Number of events that are strong evidence of a new numbering.</summary>
    public int StrongCount { get; set; }

    /// <summary>Number of events that may belong to a new numbering.</summary>
    public int WeakCount { get; set; }

    /// <summary>The run as one event, over which the chain continues.</summary>
    public CursorEvent AsEvent => new(Range, LastMicros, hash, Connection) { MayRegroup = mayRegroup };

    /// <summary>True when the chain continued while this run waited.</summary>
    public bool IsPassed { get; set; }

    /// <summary>Adds the next event.</summary>
    public void Extend(in CursorEvent next)
    {
        Range = new(Range.After, next.Range.UpTo);
        LastMicros = next.Micros ?? LastMicros;
        Connection = next.Connection;
        mayRegroup = next.MayRegroup;
        Count++;
    }

    /// <summary>
    /// True when a part of the chain has ids of this run in other events, although no other connection groups the ids differently: the run or the chain
    /// is wrong, or the numbering was reset.
    /// </summary>
    public bool IsContradictedBy(in CursorEvent chain) =>
        Range.After < chain.Range.UpTo && Range.UpTo > chain.Range.After && (Range, hash) != (chain.Range, chain.Hash)
        && !(chain.MayRegroup && chain.Connection != Connection);
}
