namespace Ingester.Reading.Arrivals;

/// <summary>When a replica received an event.</summary>
/// <param name="Micros">The clock of the replica when it received the message of the event, microseconds since 1970 UTC.</param>
/// <param name="Replica">The name of the replica.</param>
public readonly record struct EventArrival(long Micros, string Replica);
