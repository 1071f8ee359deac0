namespace Ingester.Testing.Model;

/// <summary>One frame that a replica received.</summary>
/// <param name="Kind">The kind of the frame.</param>
/// <param name="Connection">The connection that received it.</param>
/// <param name="True">The true time of receipt, microseconds UTC.</param>
/// <param name="Local">The time of receipt by the replica's clock, microseconds UTC.</param>
/// <param name="Ts">The exchange time that it carried; null for none.</param>
internal sealed record Delivery(DeliveryKind Kind, ModelConnection Connection, long True, long Local, long? Ts)
{
    /// <summary>The event; for an undecodable frame the event that it would have been, null for none.</summary>
    public WireEvent? Event { get; init; }

    /// <summary>The stream of the frame; null for a frame that concerns all streams of the connection.</summary>
    public TruthStream? Stream { get; init; }

    /// <summary>True for an event that the exchange replayed after a subscription.</summary>
    public bool Replayed { get; init; }

    /// <summary>True when the stream was not subscribed by the configuration at that time.</summary>
    public bool Ignored { get; init; }

    /// <summary>The latest plausible exchange time that the connection had carried before.</summary>
    public long ReachedTime { get; init; }
}
