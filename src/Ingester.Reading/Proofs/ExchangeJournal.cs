using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Proofs;

/// <summary>What the journals contain about the streams of one exchange in the hours of a period.</summary>
internal sealed class ExchangeJournal
{
    private readonly CoverageIndex coverage;
    private readonly ILookup<StreamId, GapRecord> gaps;

    private ExchangeJournal(CoverageIndex coverage, ILookup<StreamId, GapRecord> gaps, IReadOnlyList<UnreadableObjectException> unreadable) =>
        (this.coverage, this.gaps, Unreadable) = (coverage, gaps, unreadable);

    /// <summary>Every stream that the journals mention.</summary>
    public IEnumerable<StreamJournal> Streams => coverage.AllStreams;

    /// <summary>The journal objects that are not readable.</summary>
    public IReadOnlyList<UnreadableObjectException> Unreadable { get; }

    /// <summary>Reads coverage and gaps.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="period">The period.</param>
    /// <param name="onlyMarkets">The markets to read; null for all.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public static async Task<ExchangeJournal> ReadAsync(ArchiveReader archive, string exchange, Period period, IReadOnlySet<string>? onlyMarkets, CancellationToken cancellation)
    {
        var hours = period.ToWholeHours();
        var journals = new JournalReader(archive) { OnlyMarkets = onlyMarkets };
        var coverage = new CoverageIndex(archive, journals);
        await coverage.ReadAsync(exchange, hours, cancellation);
        var gaps = await journals.ReadGapsAsync(exchange, hours.Widen(HourProof.Margin), cancellation);
        return new(coverage, gaps.ToLookup(gap => gap.Stream), journals.Unreadable);
    }

    /// <summary>The journal of one stream.</summary>
    public StreamJournal GetStream(StreamId stream) => coverage[stream];

    /// <summary>The reported gaps of one stream.</summary>
    public IReadOnlyList<GapRecord> GetGaps(StreamId stream) => [.. gaps[stream]];
}
