namespace Ingester.Paper.Execution;

/// <summary>Recorded data of a market that the simulator matches orders with: a <see cref="BookUpdate"/>, a <see cref="MarketTrade"/> or a <see cref="DataDefect"/>.</summary>
/// <param name="Micros">Exchange time, microseconds UTC. Inputs are passed to the simulator in the order of this time.</param>
internal abstract record MarketInput(long Micros);
