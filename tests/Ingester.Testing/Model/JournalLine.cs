using Ingester.Core.Markets;

namespace Ingester.Testing.Model;

/// <summary>One line of a journal.</summary>
/// <param name="Dataset">Gaps, coverage or quarantine.</param>
/// <param name="Line">The row.</param>
/// <param name="Process">Which process of the replica wrote it.</param>
/// <param name="At">When, true time.</param>
internal sealed record JournalLine(Dataset Dataset, string Line, int Process, long At);
