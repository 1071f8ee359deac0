using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Proofs;

/// <summary>The coverage of the streams of one exchange in a period, and the streams for which a recording was expected.</summary>
internal sealed class CoverageIndex(ArchiveReader archive, JournalReader journals)
{
    private readonly Dictionary<StreamId, StreamJournal> streams = [];

    /// <summary>The journal of one stream.</summary>
    public StreamJournal this[StreamId stream] => streams.TryGetValue(stream, out var known) ? known : streams[stream] = new(stream);

    /// <summary>Every stream that the coverage mentions.</summary>
    public IEnumerable<StreamJournal> AllStreams => streams.Values;

    /// <summary>Reads the coverage of a period of whole hours, and the latest coverage before it.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="period">The period.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task ReadAsync(string exchange, Period period, CancellationToken cancellation)
    {
        foreach (var stream in await new EarlierCoverage(archive, journals.OnlyMarkets).FindExpectedStreamsAsync(exchange, period.From, cancellation))
            this[stream].ExpectFrom(period.From);
        await journals.ReadCoverageAsync(await journals.ListPartsAsync(Dataset.Coverage, exchange, new(Math.Max(0, period.From - HourProof.Margin), period.To), cancellation), read =>
        {
            var (stream, line) = read;
            if (period.Overlaps(line.Window))
                this[stream].Add(line);
            else if (line.Window.EndMicros <= period.From && line.Window.EndMicros > period.From - EarlierCoverage.MaxReportDelay)
                this[stream].AddEarlier(line); // written in the period, about a window just before it
            else if (line.Window.EndMicros <= period.From)
                this[stream].Mention(period.From);
        }, cancellation);
    }
}
