namespace Ingester.Paper.Execution;

/// <summary>A defect of a recorded stream.</summary>
internal enum DefectKind
{
    /// <summary>
    /// Events are missing. Of the book: it is not known until the next snapshot. Of the trades: matching is suspended until the end of the gap. Open orders
    /// become uncertain.
    /// </summary>
    Gap,

    /// <summary>The exchange began its numbering again. Of the book: as a gap. Of the trades: nothing is missing, and it has no effect.</summary>
    Reset,

    /// <summary>No event is known to be missing, and that is not proven. Open orders become unproven. Of the book until the next proven snapshot, or until the end.</summary>
    Unproven,
}
