using Ingester.Reading.Auditing;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>A <see cref="StreamPart"/> in a file of the cache.</summary>
internal sealed record StoredPart
{
    /// <summary>The dataset's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>The market.</summary>
    public required string Market { get; init; }

    /// <summary>The packed minutes.</summary>
    public required byte[] Minutes { get; init; }

    /// <summary>Number of windows by verdict.</summary>
    public required int[] Windows { get; init; }

    /// <summary>Missing ids.</summary>
    public IReadOnlyList<MissingRange> Missing { get; init; } = [];

    /// <summary>Gaps that nothing closes.</summary>
    public IReadOnlyList<OpenGap> Open { get; init; } = [];

    /// <summary>Gaps that are closed.</summary>
    public IReadOnlyList<ClosedGap> Closed { get; init; } = [];

    /// <summary>Number of messages.</summary>
    public long Messages { get; init; }

    /// <summary>Number of runs of windows that are not proven.</summary>
    public int Interruptions { get; init; }

    /// <summary>Whether the first expected window is not proven.</summary>
    public bool? Starts { get; init; }

    /// <summary>Whether the last expected window is not proven.</summary>
    public bool? Ends { get; init; }

    /// <summary>Number of stored segments.</summary>
    public int Objects { get; init; }

    /// <summary>Their compressed size.</summary>
    public long Bytes { get; init; }
}
