using Ingester.Core.Journals;

namespace Ingester.Core.Output;

/// <summary>Receives sealed segments. It is called from receive loops and must not block.</summary>
internal interface ISegmentOutput : IJournal
{
    /// <summary>Adds a sealed segment; returns false when it is full, and then the caller still owns the segment.</summary>
    bool TryAdd(SealedSegment segment);

    /// <summary>Adds a snapshot; returns false when it is full, and then the caller still owns the snapshot.</summary>
    bool TryAdd(SealedSnapshot book);

    /// <summary>Writes the coverage of the segments.</summary>
    CoverageJournal Coverage { get; }
}
