namespace Ingester.Client;

/// <summary>What is proven about a window.</summary>
public enum WindowState
{
    /// <summary>All events are stored.</summary>
    Complete,

    /// <summary>It is proven that there were no events.</summary>
    Quiet,

    /// <summary>Replicas have different rows, and neither is proven.</summary>
    Disputed,

    /// <summary>Some events are stored; it is not proven that all are.</summary>
    Partial,

    /// <summary>Nothing is stored, and it is not proven that there were no events.</summary>
    Missing,
}
