namespace Ingester.Simulator.DataExchange;

/// <summary>An asset of a simulated revision.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, the key of the object.</param>
/// <param name="Bytes">Its size.</param>
public sealed record SimulatedAsset(string Id, string Name, long Bytes);
