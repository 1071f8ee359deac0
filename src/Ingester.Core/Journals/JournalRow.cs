using Ingester.Core.Markets;

namespace Ingester.Core.Journals;

/// <summary>One row of a journal: a dataset that each replica writes for itself (gaps, coverage, quarantine, instruments).</summary>
/// <param name="Dataset">Gaps, coverage, quarantine or instruments.</param>
/// <param name="Exchange">The exchange.</param>
/// <param name="Line">The row as JSON, without the line end.</param>
/// <param name="Subject">A later row with the same key within the same object replaces the earlier one; null for rows that are all kept.</param>
internal readonly record struct JournalRow(Dataset Dataset, string Exchange, string Line, CoverageKey? Subject = null);
