namespace Ingester.Simulator.Connections;

/// <summary>The origin of a connection.</summary>
/// <param name="Id">The connection id.</param>
/// <param name="Path">The path below that of the exchange.</param>
/// <param name="Address">The client's address.</param>
/// <param name="Micros">The connect time.</param>
internal sealed record ConnectionOrigin(long Id, string Path, string Address, long Micros);
