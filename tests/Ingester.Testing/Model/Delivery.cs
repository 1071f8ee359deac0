namespace Ingester.Testing.Model;

/// <summary>One frame that a replica received.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Connection">The connection.</param>
/// <param name="True">When, true time.</param>
/// <param name="Local">When, by the replica's clock.</param>
/// <param name="Ts">The exchange time that it carried; null for none.</param>
internal sealed record Delivery(DeliveryKind Kind, ModelConnection Connection, long True, long Local, long? Ts)
{
    /// <summary>The event; for an undecodable frame the event that it would have been, null for none.</summary>
    public WireEvent? Event { get; init; }

    /// <summary>The stream that it belongs to; null for a frame that belongs to all of the connection.</summary>
    public TruthStream? Stream { get; init; }

    /// <summary>True for an event that was sent again on subscribe.</summary>
    public bool Replayed { get; init; }

    /// <summary>True when the stream was not wanted at that time.</summary>
    public bool Ignored { get; init; }

    /// <summary>The latest plausible exchange time that the connection had carried before.</summary>
    public long Heard { get; init; }
}
