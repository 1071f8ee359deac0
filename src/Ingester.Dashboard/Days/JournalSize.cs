namespace Ingester.Dashboard.Days;

/// <summary>The journals of one exchange and day: gaps, coverage, quarantine, instruments and arrivals.</summary>
/// <param name="Objects">Number of objects.</param>
/// <param name="Bytes">Their compressed size.</param>
/// <param name="Replicas">Number of replicas that wrote coverage.</param>
internal sealed record JournalSize(int Objects, long Bytes, int Replicas);
