using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Publishing.Witnesses;
using Ingester.Reading.Auditing;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Repairing;

/// <summary>
/// Closes trade gaps with the files that exchanges publish: the third source, after other replicas and REST. Only ids that are missing are written, as fragments whose
/// metadata and <c>gaps</c> rows name the file. A file that contradicts stored trades closes nothing.
/// </summary>
/// <param name="store">The store to read from and write to.</param>
/// <param name="prefix">The prefix of all keys.</param>
/// <param name="segments">The windows.</param>
/// <param name="fetch">Returns the file of a market and day; null if there is none.</param>
/// <param name="clock">Tells whether a file may still be published or replaced.</param>
/// <param name="loggers">The logger factory.</param>
internal sealed class ArchiveGapRepairer(
    IObjectStore store, string prefix, SegmentOptions segments, Func<ArchiveLayout, string, DateOnly, CancellationToken, Task<PublishedFile?>> fetch, TimeProvider clock, ILoggerFactory loggers)
{
    private readonly ArchiveReader archive = new(store, prefix);

    /// <summary>Closes the gaps of all streams whose ids increase by one and of which the exchange publishes files; returns the result of each gap.</summary>
    public async Task<IReadOnlyList<GapRepairResult>> RunAsync(AuditReport audit, CancellationToken cancel)
    {
        var results = new List<GapRepairResult>();
        foreach (var stream in audit.Streams.Where(stream => stream.MissingRanges.Count > 0))
            if (ExchangeCatalog.SequenceOf(stream.Stream) == SequenceKind.Contiguous
                && ArchiveLayouts.All.FirstOrDefault(layout => layout.Exchange == stream.Stream.Exchange && layout.Dataset == stream.Stream.Dataset) is { Files.HasIds: true } layout
                && layout.Dataset is Dataset.Trades or Dataset.AggTrades)
            {
                using var output = new RepairOutput(store, prefix, segments, loggers);
                results.AddRange(await output.RunAsync(() => RepairAsync(stream, layout, output, cancel)));
            }

        return results;
    }

    private async Task<IReadOnlyList<GapRepairResult>> RepairAsync(StreamAudit stream, ArchiveLayout layout, RepairOutput output, CancellationToken cancel)
    {
        var gaps = stream.MissingRanges.OrderBy(gap => gap.ToMicros).Select(gap => new ArchiveGap(stream.Stream, gap)).ToList();
        var (first, last) = (layout.DayOf(gaps.Min(gap => gap.Missing.FromMicros)), layout.DayOf(gaps.Max(gap => gap.Missing.ToMicros)));
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            var (from, to) = layout.PeriodOf(day, wholeMonth: false);
            if (gaps.FindAll(gap => gap.Left.Count > 0 && gap.Missing.FromMicros < to && gap.Missing.ToMicros >= from) is { Count: > 0 } open)
                await RepairDayAsync(stream.Stream, layout, day, open, output, cancel);
        }

        return [.. gaps.Select(gap => gap.ToResult())];
    }

    private async Task RepairDayAsync(StreamId stream, ArchiveLayout layout, DateOnly day, List<ArchiveGap> gaps, RepairOutput output, CancellationToken cancel)
    {
        var isRecent = layout.PeriodOf(day, wholeMonth: layout.Files.IsMonthly).To > Micros.Now(clock) - Micros.From(ArchiveLayouts.ReplacementPeriod);
        var symbol = (await MarketSymbols.ReadAsync(archive, layout, day, cancel)).SymbolOf(stream.Market);
        try
        {
            if (await fetch(layout, symbol, day, cancel) is not { } file)
            {
                Refuse($"{layout.FileName(symbol, day)} is not published.", isRecent);
                return;
            }

            var report = await new ArchiveWitness(archive).CompareAsync(layout, stream.Market, day, wholeMonth: false, file, cancel);
            if (FindObjection(report) is { } objection)
                Refuse(objection, report.Verdict == WitnessVerdict.NoWitness && isRecent);
            else
                new ArchiveFiller(stream, new(stream.Market, symbol), new(file.Path, layout), new(report.File, report.Sha256!), output).Fill(gaps);
        }
        catch (WitnessException error)
        {
            Refuse(error.Message, isTemporary: true);
        }
        catch (ExpiredPeriodException error)
        {
            Refuse(error.Message, isTemporary: false); // the day of a file may begin before the scope of the repair
        }

        void Refuse(string reason, bool isTemporary) => gaps.ForEach(gap => gap.NotClosed(reason, isTemporary));
    }

    /// <summary>Why a file closes no gap, as a sentence; null if it may.</summary>
    private static string? FindObjection(WitnessReport report) => report.Verdict switch
    {
        WitnessVerdict.NoWitness => report.Reason,
        WitnessVerdict.Contradiction => string.Create(CultureInfo.InvariantCulture,
            $"{report.File} and the store differ in {report.Different:N0} trades. In trade {report.Differences[0].Id}, the {report.Differences[0].Field} is {report.Differences[0].Ours} in the store and {report.Differences[0].Theirs} in the file. None of its trades is taken."),
        _ => null,
    };
}
