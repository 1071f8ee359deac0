namespace Ingester.Core.Sequencing;

/// <summary>Events that chain to each other and not to the head of their stream.</summary>
/// <param name="id">Its number within the stream.</param>
/// <param name="first">Its first event.</param>
internal sealed class CandidateRun(int id, in CursorEvent first)
{
    /// <summary>Its number within the stream, from one.</summary>
    public int Id => id;

    /// <summary>The sequence range of its events.</summary>
    public SequenceRange Range { get; private set; } = first.Range;

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

    /// <summary>True when the chain continued while this run waited.</summary>
    public bool IsPassed { get; set; }

    /// <summary>Adds the next event.</summary>
    public void Extend(in CursorEvent next)
    {
        Range = new(Range.After, next.Range.UpTo);
        LastMicros = next.Micros ?? LastMicros;
        Connection = next.Connection;
        Count++;
    }
}
