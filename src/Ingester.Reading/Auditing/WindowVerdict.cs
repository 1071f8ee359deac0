namespace Ingester.Reading.Auditing;

/// <summary>The verdict on one window of one stream. Ordered: every value above <see cref="WindowVerdict.Quiet"/> is not proven.</summary>
public enum WindowVerdict
{
    /// <summary>All events are stored: in a whole object, or in fragments that together prove the window complete.</summary>
    Complete,

    /// <summary>It is proven that the window has no events.</summary>
    Quiet,

    /// <summary>Replicas have different rows, and neither is proven.</summary>
    Disputed,

    /// <summary>Some events are stored, but the window is not proven complete.</summary>
    Partial,

    /// <summary>No events are stored, and the window is not proven quiet.</summary>
    Missing,
}
