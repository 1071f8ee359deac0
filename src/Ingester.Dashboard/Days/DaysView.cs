using Ingester.Dashboard.Completeness;
using Ingester.Dashboard.Completeness.Auditing;
using Ingester.Dashboard.Days.Certificates;
using Ingester.Dashboard.Stores;

namespace Ingester.Dashboard.Days;

/// <summary>What the page of days shows.</summary>
internal sealed record DaysView
{
    /// <summary>The figures by day, oldest first.</summary>
    public required IReadOnlyList<DayFigures> Figures { get; init; }

    /// <summary>One page of the certificates, newest day first.</summary>
    public required GridPage<CertificateSummary> Certificates { get; init; }

    /// <summary>Number of certificates that are not read yet.</summary>
    public required int PendingCertificates { get; init; }

    /// <summary>Number of days whose storage is not read yet.</summary>
    public required int PendingDays { get; init; }

    /// <summary>What could not be read, as sentences.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>True when the store does not answer.</summary>
    public required bool IsStale { get; init; }

    /// <summary>True when everything that was asked for is read.</summary>
    public bool IsSettled(DaysQuery query) => PendingCertificates == 0 && (PendingDays == 0 || !query.ReadsStorage);

    /// <summary>Reads what is known now.</summary>
    /// <param name="index">The certificates.</param>
    /// <param name="auditor">The audits, for the storage.</param>
    /// <param name="journals">The journals, for the storage.</param>
    /// <param name="query">Filters, days and page.</param>
    /// <param name="today">Today, in UTC.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public static async Task<DaysView> ReadAsync(CertificateIndex index, CompletenessAuditor auditor, JournalSizes journals, DaysQuery query, DateOnly today, CancellationToken cancellation)
    {
        var (from, to) = query.Period(today);
        var (certificates, problems, stale) = (new CertificateList([], 0), new List<string>(), false);
        var figures = new List<DayFigures>();
        var pendingDays = 0;
        try
        {
            certificates = await index.ReadAsync(from, to, cancellation);
        }
        catch (DashboardFault fault)
        {
            problems.Add(fault.Message);
            stale = true;
        }

        var selected = certificates.Certificates.Where(query.Selects).ToList();
        var byDay = selected.ToLookup(certificate => certificate.Day);
        for (var day = from; day <= to; day = day.AddDays(1))
        {
            var report = query.ReadsStorage && day <= today ? auditor.Get(day, query.Exchange) : auditor.Peek(day, query.Exchange);
            var isAudited = report.IsAudited && report.Blocks.Count > 0;
            pendingDays += report.IsAudited ? 0 : 1;
            var sizes = isAudited && !stale ? await ReadJournalsAsync(journals, report, query, problems, cancellation) : null;
            stale |= isAudited && sizes is null;
            figures.Add(DayFigures.Of(day, [.. byDay[day]], sizes is null ? null : [.. report.Streams.Where(stream => query.SelectsDataset(stream.Stream.Dataset))], sizes ?? []));
        }

        problems.AddRange(selected.Select(certificate => certificate.Problem).OfType<string>());
        return new()
        {
            Figures = figures,
            Certificates = Paging.Cut(selected, query.Page, certificates.Certificates.Count, static certificate => certificate),
            PendingCertificates = certificates.Pending,
            PendingDays = pendingDays,
            Problems = [.. problems.Distinct(StringComparer.Ordinal)],
            IsStale = stale,
        };
    }

    /// <summary>The journals of the exchanges of a day; null when the store does not answer. Journals belong to all datasets: a choice of one dataset excludes them.</summary>
    private static async Task<Dictionary<string, JournalSize>?> ReadJournalsAsync(JournalSizes journals, DayReport report, DaysQuery query, List<string> problems, CancellationToken cancellation)
    {
        var sizes = new Dictionary<string, JournalSize>(StringComparer.Ordinal);
        if (query.Dataset.Length > 0)
            return sizes;
        try
        {
            foreach (var exchange in report.Blocks.Select(block => block.Key.Exchange).Distinct(StringComparer.Ordinal))
                sizes[exchange] = await journals.ReadAsync(exchange, report.Day, cancellation);
            return sizes;
        }
        catch (DashboardFault fault)
        {
            problems.Add(fault.Message);
            return null;
        }
    }
}
