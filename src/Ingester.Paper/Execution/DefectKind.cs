namespace Ingester.Paper.Execution;

/// <summary>The kind of a defect of a recorded stream.</summary>
internal enum DefectKind
{
    /// <summary>
    /// Events are missing. Of the book: it is not known until the next snapshot. Of the trades: matching is suspended until the end of the gap. Orders that the
    /// gap touches become uncertain.
    /// </summary>
    Gap,

    /// <summary>The exchange began its numbering again. Of the book: as a gap. Of the trades: nothing is missing, and it has no effect.</summary>
    Reset,

    /// <summary>No event is known to be missing, and that is not proven. Orders that are open in that time become unproven.</summary>
    Unproven,
}
