using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Exchanges;
using Ingester.Reading.Auditing;
using Ingester.Reading.Journals;
using Ingester.Storage.Stores;

namespace Ingester.Reading.Repairing;

/// <summary>Makes windows whole that the audit finds complete in fragments.</summary>
internal sealed class ArchiveRepairer(IObjectStore store, string prefix, SegmentOptions segments)
{
    /// <summary>Repairs everything in scope.</summary>
    public async Task<RepairReport> RunAsync(AuditScope scope, CancellationToken cancellation)
    {
        var audit = await new Auditor(new(store, prefix)).RunAsync(scope, cancellation);
        var windows = new WindowRepairer(store, prefix, segments);
        var (repaired, left) = (new List<RepairedWindow>(), new List<string>());
        foreach (var stream in audit.Streams)
            foreach (var window in stream.Windows.Where(window => window is { Verdict: WindowVerdict.Complete, IsWhole: false }))
                if (window.Grade == StatedGrade.Archive)
                    left.Add($"{stream.Stream} {window.Window} is not repaired: some of its rows are from a file that the exchange publishes, and may have other digits than the stream.");
                else if (await windows.MakeWholeAsync(stream.Stream, window.Window, FindOtherDigits(stream), cancellation) is { } whole)
                    repaired.Add(whole);
                else
                    left.Add($"{stream.Stream} {window.Window} is not repaired: {(FindOtherDigits(stream).Count > 0
                        ? "the REST API or the files of the exchange format numbers differently" : "the rows that a replica would have written cannot be determined")}.");
        return new() { Repaired = repaired, Left = left, Unreadable = [.. audit.Unreadable.Concat(windows.Unreadable).Distinct(StringComparer.Ordinal)] };
    }

    /// <summary>The ranges whose numbers may have other digits than those of the stream: from published files, and from a REST API that formats numbers differently.</summary>
    private static IReadOnlyList<SequenceRange> FindOtherDigits(StreamAudit stream) =>
    [
        .. stream.Archived.Select(part => part.Range),
        .. ExchangeCatalog.Find(stream.Stream.Exchange)?.Profile.Find(stream.Stream.Dataset)?.History is { HasSameDigits: false } ? stream.Backfilled : [],
    ];
}
