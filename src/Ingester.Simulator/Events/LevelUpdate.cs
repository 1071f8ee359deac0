namespace Ingester.Simulator.Events;

/// <summary>An updated level and its side.</summary>
internal readonly record struct LevelUpdate(bool Bid, long Price, long Size);
