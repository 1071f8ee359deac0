namespace Ingester.Testing.Model;

/// <summary>The kind of a received frame.</summary>
internal enum DeliveryKind
{
    /// <summary>An event that could be decoded.</summary>
    Event,

    /// <summary>A heartbeat.</summary>
    Heartbeat,

    /// <summary>A snapshot of a book.</summary>
    Book,

    /// <summary>A frame that could not be decoded.</summary>
    Undecodable,
}
