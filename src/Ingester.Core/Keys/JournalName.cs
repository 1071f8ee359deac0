using Ingester.Core.Markets;

namespace Ingester.Core.Keys;

/// <summary>What names one object of a journal, beside the replica that wrote it.</summary>
/// <param name="Dataset">Gaps, coverage, quarantine or instruments.</param>
/// <param name="Exchange">The exchange.</param>
/// <param name="MinuteMicros">The start of the local clock's minute in which it was opened.</param>
/// <param name="Part">Which object of that minute it is, from 1.</param>
internal readonly record struct JournalName(Dataset Dataset, string Exchange, long MinuteMicros, int Part);
