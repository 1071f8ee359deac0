using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Instruments;

/// <summary>
/// Reads the <c>instruments</c> that replicas wrote. A replica writes every market when it starts and in the first minute of each day, so that the rows of one day
/// before a moment have every market that a replica recorded then. The row that was written last counts, whichever replica wrote it.
/// </summary>
internal sealed class InstrumentReader(ArchiveReader archive)
{
    private const long DayMicros = 24 * 60 * Window.MicrosPerMinute;
    private const long MarginMicros = 5 * Window.MicrosPerMinute; // the rows of a day are written in its first minute, by a clock that may be wrong

    /// <summary>Reads the markets as they were known at a moment.</summary>
    public async Task<InstrumentList> ReadAsync(string exchange, long micros, CancellationToken cancellation)
    {
        var journal = new JournalReader(archive);
        var latest = new SortedDictionary<string, InstrumentRecord>(StringComparer.Ordinal);
        foreach (var row in await journal.ReadInstrumentsAsync(exchange, new(Math.Max(0, micros - DayMicros - MarginMicros), micros + 1), cancellation))
            latest[row.Market] = row;
        return new([.. latest.Values], [.. journal.Unreadable.Select(error => error.Message)]);
    }
}
