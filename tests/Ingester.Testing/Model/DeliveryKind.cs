namespace Ingester.Testing.Model;

/// <summary>What a frame was to a replica that received it.</summary>
internal enum DeliveryKind
{
    /// <summary>An event that could be decoded.</summary>
    Event,

    /// <summary>A heartbeat.</summary>
    Heartbeat,

    /// <summary>A book.</summary>
    Book,

    /// <summary>A frame that could not be decoded.</summary>
    Undecodable,
}
