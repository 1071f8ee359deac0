using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Merging;

/// <summary>
/// What replicas said about some streams of one exchange, read as far as somebody needs it: the days of a period one by one, and single hours around it.
/// </summary>
/// <param name="merge">Lists and opens objects.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="onlyMarket">The only market that is asked for; null for several.</param>
/// <param name="period">The period that is read.</param>
internal sealed class StreamKnowledge(StreamMerge merge, string exchange, string? onlyMarket, Period period)
{
    /// <summary>Days that are kept: one stream may be a day ahead of another.</summary>
    private const int MostParts = 4;

    private readonly List<Part> parts = [];

    /// <summary>The journals that could not be used, of what was asked lately.</summary>
    public IEnumerable<UnreadableObjectException> Unreadable => parts.SelectMany(part => part.Facts.Unreadable);

    /// <summary>Opens the segments of one of the streams, held to what replicas said.</summary>
    public SegmentLoader Loader(StreamId stream, CancellationToken cancellation) =>
        new(merge, stream, async window => (await PartAsync(window.StartMicros, cancellation)).Claims(stream));

    /// <summary>What was said of a time: of its day's part of the period, or of its hour.</summary>
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

    /// <summary>Some hours of it.</summary>
    /// <param name="Period">The hours.</param>
    /// <param name="Facts">What was said of them.</param>
    internal sealed record Part(Period Period, ExchangeFacts Facts)
    {
        private readonly Dictionary<StreamId, SegmentClaims> claims = [];

        /// <summary>Which rows of a stream replicas say that they stored.</summary>
        public SegmentClaims Claims(StreamId stream) =>
            claims.TryGetValue(stream, out var known) ? known : claims[stream] = new(Facts.Of(stream).Lines);
    }
}
