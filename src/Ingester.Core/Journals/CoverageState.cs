namespace Ingester.Core.Journals;

/// <summary>State of a segment, or of a window without one, as this replica knows it.</summary>
internal enum CoverageState : byte
{
    /// <summary>Proven to hold all events of its window.</summary>
    Whole,

    /// <summary>Not proven to hold all events of its window.</summary>
    Fragment,

    /// <summary>The window is over and no later event has arrived: it may still turn out whole.</summary>
    Held,

    /// <summary>Subscribed and alive through the whole window, without any event.</summary>
    Quiet,

    /// <summary>No event was received, and the stream was not subscribed and alive all the time.</summary>
    Absent,

    /// <summary>The stream is not recorded any more: no further windows are expected.</summary>
    Delisted,
}
