using Ingester.Dashboard.Completeness.Auditing;
using Ingester.Dashboard.Days.Certificates;
using Ingester.Dashboard.Stores;

namespace Ingester.Dashboard.Completeness;

/// <summary>The grid market × day with what a reader must know about it.</summary>
internal sealed record GridView
{
    /// <summary>The days, oldest first.</summary>
    public required IReadOnlyList<DateOnly> Days { get; init; }

    /// <summary>One page of the grid.</summary>
    public required GridPage<GridRow> Grid { get; init; }

    /// <summary>What could not be read, as sentences.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Number of parts of the days that are not read yet, with certificates.</summary>
    public required int Pending { get; init; }

    /// <summary>True when the store does not answer.</summary>
    public required bool IsStale { get; init; }

    /// <summary>True when the store holds no recording.</summary>
    public required bool IsStoreEmpty { get; init; }

    /// <summary>When the oldest part was read; null when nothing was.</summary>
    public required DateTimeOffset? ReadAt { get; init; }

    private IReadOnlyList<DayReport> Reports { get; init; } = [];

    private IReadOnlyList<CertificateSummary> Certificates { get; init; } = [];

    private CompletenessQuery Query { get; init; } = new();

    /// <summary>Reads what is known now; the last view again when nothing changed.</summary>
    /// <param name="auditor">The audits.</param>
    /// <param name="certificates">The certificates.</param>
    /// <param name="query">Filters, days and page.</param>
    /// <param name="now">The current time.</param>
    /// <param name="last">The view that is shown; null for none.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public static async Task<GridView> ReadAsync(CompletenessAuditor auditor, CertificateIndex certificates, CompletenessQuery query, DateTimeOffset now, GridView? last, CancellationToken cancellation)
    {
        var to = query.To ?? DateOnly.FromDateTime(now.UtcDateTime);
        var days = Enumerable.Range(1 - query.Days, query.Days).Select(to.AddDays).ToList();
        var reports = days.ConvertAll(day => auditor.Get(day, query.Exchange));
        var (list, fault) = await ReadCertificatesAsync(certificates, days[0], to, cancellation);
        List<string> problems = [.. reports.SelectMany(report => report.Problems).Concat(fault is null ? [] : [fault]).Distinct(StringComparer.Ordinal)];
        var pending = reports.Sum(report => report.Pending) + list.Pending;
        if (last is not null && last.Query == query && last.Pending == pending && last.Problems.SequenceEqual(problems, StringComparer.Ordinal) && last.Certificates.SequenceEqual(list.Certificates)
            && last.Reports.Count == reports.Count && last.Reports.Zip(reports).All(pair => ReferenceEquals(pair.First, pair.Second)))
            return last;
        return new()
        {
            Days = days,
            Grid = CompletenessGrid.Build(reports, list.Certificates, query),
            Problems = problems,
            Pending = pending,
            IsStale = reports.Exists(report => report.IsStale),
            IsStoreEmpty = reports.TrueForAll(report => report.IsStoreEmpty),
            ReadAt = reports.Min(report => report.AuditedAt),
            Reports = reports,
            Certificates = list.Certificates,
            Query = query,
        };
    }

    private static async Task<(CertificateList List, string? Fault)> ReadCertificatesAsync(CertificateIndex certificates, DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        try
        {
            return (await certificates.ReadAsync(from, to, cancellation), null);
        }
        catch (DashboardFault fault)
        {
            return (new([], 0), fault.Message);
        }
    }
}
