namespace Ingester.Recording.Sessions;

/// <summary>State of a handover.</summary>
internal enum HandoverState : byte
{
    /// <summary>Both connections stay open.</summary>
    Pending,

    /// <summary>The successor takes over.</summary>
    Completed,

    /// <summary>The successor is abandoned; the old connection stays open.</summary>
    Abandoned,
}
