using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Merging;

/// <summary>
/// Caches what the journals contain about streams of one exchange. It reads one day of the period at a time, and single hours outside of it.
/// </summary>
/// <param name="merge">Lists and opens objects.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="onlyMarket">The only market to read; null for several.</param>
/// <param name="period">The period to read.</param>
internal sealed class StreamKnowledge(StreamMerge merge, string exchange, string? onlyMarket, Period period)
{
    /// <summary>Number of cached days: one stream may be a day ahead of another.</summary>
    private const int MostParts = 4;

    private readonly List<Part> parts = [];

    /// <summary>The journal objects of the cached days that are not readable.</summary>
    public IEnumerable<UnreadableObjectException> Unreadable => parts.SelectMany(part => part.Facts.Unreadable);

    /// <summary>Creates a loader for the segments of a stream, which checks them against the claims of the replicas.</summary>
    public SegmentLoader Loader(StreamId stream, CancellationToken cancellation) =>
        new(merge, stream, async window => (await PartAsync(window.StartMicros, cancellation)).Claims(stream));

    /// <summary>Returns the journals about a time: those of its day if the time is in the period, otherwise those of its hour.</summary>
    public async Task<Part> PartAsync(long micros, CancellationToken cancellation)
    {
        if (parts.Find(part => part.Period.Holds(micros)) is { } known)
            return known;
        var hours = period.Hours();
        var span = new Period(Window.Of(micros, 60).StartMicros, Window.Of(micros, 60).EndMicros);
        if (hours.Holds(micros))
        {
            var day = Micros.From(new DateTimeOffset(Micros.ToDateTime(micros).Date, TimeSpan.Zero));
            span = new(Math.Max(hours.From, day), Math.Min(hours.To, day + 24 * HourProof.Length));
        }

        var read = new Part(span, await ExchangeFacts.ReadAsync(merge, exchange, span, onlyMarket, cancellation));
        if (parts.Count == MostParts)
            parts.RemoveAt(0);
        parts.Add(read);
        return read;
    }

    /// <summary>The journals of some hours.</summary>
    /// <param name="Period">The hours.</param>
    /// <param name="Facts">The journals.</param>
    internal sealed record Part(Period Period, ExchangeFacts Facts)
    {
        private readonly Dictionary<StreamId, SegmentClaims> claims = [];

        /// <summary>The claims of the replicas for a stream.</summary>
        public SegmentClaims Claims(StreamId stream) =>
            claims.TryGetValue(stream, out var known) ? known : claims[stream] = new(Facts.Of(stream).Lines);
    }
}
