using Ingester.Core.Markets;

namespace Ingester.Testing.Model;

/// <summary>One line of a journal.</summary>
/// <param name="Dataset">The journal: gaps, coverage or quarantine.</param>
/// <param name="Line">The row.</param>
/// <param name="Process">The number of the process that wrote it.</param>
/// <param name="At">The true time at which it was written, microseconds UTC.</param>
internal sealed record JournalLine(Dataset Dataset, string Line, int Process, long At);
