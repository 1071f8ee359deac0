using Ingester.Core.Markets;
using Ingester.Exchanges;
using Ingester.Reading.Objects;

namespace Ingester.Publishing.Witnesses;

/// <summary>Compares the trades and diffs of the store with files that the exchange publishes: a witness, not an oracle, because those files have flaws of their own.</summary>
internal sealed class ArchiveWitness(ArchiveReader archive)
{
    /// <summary>Compares a day of a market. A file that cannot be used gives <see cref="WitnessVerdict.NoWitness"/> with the reason.</summary>
    /// <param name="layout">The layout of the file.</param>
    /// <param name="market">The market.</param>
    /// <param name="day">The day; the first day of a month if the whole month is compared.</param>
    /// <param name="wholeMonth">True to compare all days of a monthly file.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellation">Cancels the comparison.</param>
    public async Task<WitnessReport> CompareAsync(ArchiveLayout layout, string market, DateOnly day, bool wholeMonth, PublishedFile file, CancellationToken cancellation)
    {
        var stream = new StreamId(layout.Dataset, layout.Exchange, market);
        var (from, to) = layout.PeriodOf(day, wholeMonth);
        var report = new WitnessReport
        {
            Stream = stream,
            Day = day,
            FromMicros = from,
            ToMicros = to,
            File = Path.GetFileName(file.Path),
            Address = file.Address,
            LastModified = file.LastModified,
            JoinedById = layout.Files.HasIds,
            Verdict = WitnessVerdict.NoWitness,
        };
        try
        {
            report = report with { Sha256 = await ArchiveStream.HashAsync(file.Path, cancellation) };
            report = report with { ChecksumMatches = file.Checksum is { } expected ? string.Equals(expected, report.Sha256, StringComparison.OrdinalIgnoreCase) : null };
            if (report.ChecksumMatches == false)
                return report with { Reason = $"{report.File} does not have the checksum {file.Checksum} that the exchange publishes: the download is damaged." };
            return await JoinAsync(report, layout, file.Path, cancellation);
        }
        catch (WitnessException error)
        {
            return report with { Reason = error.Message };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return report with { Reason = $"{report.File} is not readable: {error.Message}" };
        }
    }

    private async Task<WitnessReport> JoinAsync(WitnessReport report, ArchiveLayout layout, string path, CancellationToken cancellation)
    {
        var (from, to) = (report.FromMicros, report.ToMicros);
        var recorded = new RecordedTrades(archive, report.Stream, layout.Files.HasIds);
        var join = new TradeJoin(layout.Files.HasIds);
        long rows;
        if (layout.Dataset == Dataset.Depth)
        {
            var file = new BookFile(path, ExchangeCatalog.Find(layout.Exchange)!, layout.ParseName(Path.GetFileName(path))?.Symbol);
            await join.RunAsync(recorded.ReadAsync(from, to, cancellation), file.ReadAsync(cancellation), cancellation);
            rows = file.Rows;
        }
        else
        {
            var file = new ArchiveFile(path, layout);
            await join.RunAsync(recorded.ReadAsync(from, to, cancellation), file.Read(from, to), cancellation);
            rows = file.Rows;
        }

        return report with
        {
            Verdict = join.Different > 0 ? WitnessVerdict.Contradiction
                : join.OnlyTheirs.Count > 0 ? WitnessVerdict.WeLack
                : join.OnlyOurs.Count > 0 ? WitnessVerdict.ArchiveIncomplete
                : WitnessVerdict.Confirmed,
            Rows = rows,
            Same = join.Same,
            IsProven = recorded.IsProven,
            OnlyOurs = join.OnlyOurs,
            OnlyTheirs = join.OnlyTheirs,
            LeftOut = join.OffBook + join.Snapshots,
            Repeated = join.Repeated,
            Different = join.Different,
            Differences = join.Differences,
        };
    }
}
