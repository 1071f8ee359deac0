using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Merging;

/// <summary>
/// Caches what the journals contain about streams of one exchange. It reads one day of the period at a time, and single hours outside of it.
/// </summary>
/// <param name="archive">The archive.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="onlyMarkets">The markets to read; null for all.</param>
/// <param name="period">The period to read.</param>
/// <param name="maxPeriods">Number of cached days and hours. The default is for streams that are at most a day apart.</param>
internal sealed class JournalCache(ArchiveReader archive, string exchange, IReadOnlySet<string>? onlyMarkets, Period period, int maxPeriods = 4)
{
    private readonly List<CachedPeriod> periods = [];

    /// <summary>The journal objects of the cached days that are not readable.</summary>
    public IEnumerable<UnreadableObjectException> Unreadable => periods.SelectMany(part => part.Journal.Unreadable);

    /// <summary>Creates a loader for the segments of a stream, which checks them against the claims of the replicas.</summary>
    public SegmentLoader CreateLoader(StreamId stream, CancellationToken cancellation) =>
        new(archive, stream, async window => (await GetAsync(window.StartMicros, cancellation)).GetClaims(stream));

    /// <summary>Returns the journals about a time: those of its day if the time is in the period, otherwise those of its hour.</summary>
    public async Task<CachedPeriod> GetAsync(long micros, CancellationToken cancellation)
    {
        if (periods.Find(part => part.Period.Contains(micros)) is { } known)
            return known;
        var hours = period.ToWholeHours();
        var span = new Period(Window.Containing(micros, 60).StartMicros, Window.Containing(micros, 60).EndMicros);
        if (hours.Contains(micros))
        {
            var day = Micros.From(new DateTimeOffset(Micros.ToDateTime(micros).Date, TimeSpan.Zero));
            span = new(Math.Max(hours.From, day), Math.Min(hours.To, day + 24 * HourProof.HourMicros));
        }

        var read = new CachedPeriod(span, await ExchangeJournal.ReadAsync(archive, exchange, span, onlyMarkets, cancellation));
        if (periods.Count == maxPeriods)
            periods.RemoveAt(0);
        periods.Add(read);
        return read;
    }

    /// <summary>The journals of some hours.</summary>
    /// <param name="Period">The hours.</param>
    /// <param name="Journal">The journals.</param>
    internal sealed record CachedPeriod(Period Period, ExchangeJournal Journal)
    {
        private readonly Dictionary<StreamId, SegmentClaims> claims = [];

        /// <summary>The claims of the replicas for a stream.</summary>
        public SegmentClaims GetClaims(StreamId stream) =>
            claims.TryGetValue(stream, out var known) ? known : claims[stream] = new(Journal.GetStream(stream).Lines);
    }
}
