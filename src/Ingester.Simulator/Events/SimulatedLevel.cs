namespace Ingester.Simulator.Events;

/// <summary>A price level; size zero means that the level is removed.</summary>
internal readonly record struct SimulatedLevel(long Price, long Size);
