namespace Ingester.Paper.Feeds;

/// <summary>When events are known to the engine.</summary>
internal enum ArrivalSource
{
    /// <summary>At their exchange time plus a constant latency. Live and replay of the same period then have the same order.</summary>
    Modeled,

    /// <summary>At the recorded arrival, in a replay; where none is recorded, as <see cref="Modeled"/>.</summary>
    Recorded,
}
