namespace Ingester.Publishing.Statements;

/// <summary>Number of windows by verdict of the audit.</summary>
/// <param name="Complete">All events are stored.</param>
/// <param name="Quiet">It is proven that there were no events.</param>
/// <param name="Disputed">Replicas have different rows.</param>
/// <param name="Partial">Some events are stored; it is not proven that all are.</param>
/// <param name="Missing">Nothing is stored, and the window is not proven quiet.</param>
internal sealed record WindowCounts(int Complete, int Quiet, int Disputed, int Partial, int Missing);
