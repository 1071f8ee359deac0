using Ingester.Core.Journals;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Reading.Journals;

/// <summary>A line of the <c>coverage</c> dataset. An audit holds millions of them in memory, so the fields are packed.</summary>
internal readonly record struct CoverageRecord
{
    private readonly long start;
    private readonly long after;
    private readonly long upTo;
    private readonly byte minutes;
    private readonly bool hasRange;

    /// <summary>The replica.</summary>
    public required string Replica { get; init; }

    /// <summary>The window.</summary>
    public required Window Window
    {
        get => new(start, minutes);
        init => (start, minutes) = (value.StartMicros, (byte)value.Minutes);
    }

    /// <summary>What the replica knows about the window.</summary>
    public required CoverageState State { get; init; }

    /// <summary>The ids of the segment; null when there are none.</summary>
    public SequenceRange? Range
    {
        get => hasRange ? new(after, upTo) : null;
        init => (hasRange, after, upTo) = value is { } range ? (true, range.After, range.UpTo) : default;
    }

    /// <summary>Number of rows of the segment.</summary>
    public int Rows { get; init; }

    /// <summary>The grade of the replica's proof; unknown when the line does not state one.</summary>
    public StatedGrade Grade { get; init; }

    /// <summary>The first 64 bits of the hash of the object that the replica stored or found stored; zero before the store confirmed it.</summary>
    public ulong HashStart { get; init; }

    /// <summary>True when the replica received events of the window.</summary>
    public bool HasRows => Rows > 0 && State != CoverageState.Delisted;
}
