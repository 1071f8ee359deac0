using Ingester.Core.Markets;

namespace Ingester.Core.Keys;

/// <summary>Identifies one object of a journal of one process.</summary>
/// <param name="Dataset">Gaps, coverage, quarantine, instruments or arrivals.</param>
/// <param name="Exchange">The exchange.</param>
/// <param name="MinuteMicros">Start of the minute of the local clock in which the part was opened, microseconds UTC.</param>
/// <param name="Number">Number of the object within that minute, from 1.</param>
internal readonly record struct JournalPartId(Dataset Dataset, string Exchange, long MinuteMicros, int Number);
