using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Reading.Journals;

/// <summary>A line of the <c>coverage</c> dataset, as a replica wrote it. An audit holds millions of them: they are kept small.</summary>
internal readonly record struct CoverageRecord
{
    private readonly long start;
    private readonly long after;
    private readonly long upTo;
    private readonly byte minutes;
    private readonly bool ranged;

    /// <summary>The replica.</summary>
    public required string Replica { get; init; }

    /// <summary>The window.</summary>
    public required Window Window
    {
        get => new(start, minutes);
        init => (start, minutes) = (value.StartMicros, (byte)value.Minutes);
    }

    /// <summary>What it knows of it.</summary>
    public required CoverageState State { get; init; }

    /// <summary>The sequence of the segment; null where there is none.</summary>
    public SequenceRange? Range
    {
        get => ranged ? new(after, upTo) : null;
        init => (ranged, after, upTo) = value is { } range ? (true, range.After, range.UpTo) : default;
    }

    /// <summary>How many rows the segment holds.</summary>
    public int Rows { get; init; }

    /// <summary>How much the replica's proof could know; unknown where the line does not say.</summary>
    public StatedGrade Grade { get; init; }

    /// <summary>The first 64 bits of the hash of what the replica stored, or found stored; zero before the store answered.</summary>
    public ulong HashStart { get; init; }

    /// <summary>True when the replica received something that it takes for a part of the window.</summary>
    public bool SaysRows => Rows > 0 && State != CoverageState.Delisted;
}
