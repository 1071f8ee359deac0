namespace Ingester.Dashboard.Components;

/// <summary>The states of recorded time, from best to worst; <see cref="NotExpected"/> is outside of this order.</summary>
public enum DisplayState
{
    /// <summary>All events are stored and proven.</summary>
    Complete,

    /// <summary>It is proven that there were no events.</summary>
    Quiet,

    /// <summary>Replicas have different rows, and neither is proven.</summary>
    Disputed,

    /// <summary>Some events are stored, but they are not proven complete.</summary>
    Partial,

    /// <summary>Nothing is stored, and it is not proven quiet.</summary>
    Missing,

    /// <summary>Nothing was to be recorded: before the first or after the last recording, the market was delisted, or the time has not come yet.</summary>
    NotExpected,
}
