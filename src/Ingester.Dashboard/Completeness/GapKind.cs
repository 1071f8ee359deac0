namespace Ingester.Dashboard.Completeness;

/// <summary>How a gap is known.</summary>
public enum GapKind
{
    /// <summary>Ids are missing between stored ids.</summary>
    MissingIds,

    /// <summary>A replica reported a gap, and nothing closes it.</summary>
    Reported,

    /// <summary>Minutes are missing, partial or disputed, and no gap with ids or report explains them.</summary>
    Unproven,

    /// <summary>A replica reported a gap, and the store has the data.</summary>
    Closed,
}
