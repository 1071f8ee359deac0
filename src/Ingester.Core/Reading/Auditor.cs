using System.IO.Enumeration;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Segments;

namespace Ingester.Core.Reading;

/// <summary>Tells every market-window of a period apart as complete, quiet, partial or missing: from listings, coverage and gaps alone.</summary>
internal sealed class Auditor(StreamMerge merge)
{
    /// <summary>What lies so far before and after proves the edges.</summary>
    private const long Around = 120 * Window.MicrosPerMinute;

    /// <summary>So many streams are listed and judged at once: a bucket answers in tens of milliseconds, and a day of one stream needs half a dozen answers.</summary>
    private const int AtOnce = 16;

    /// <summary>Audits everything in scope.</summary>
    public async Task<AuditReport> RunAsync(AuditScope scope, CancellationToken cancellation)
    {
        var period = new Period(Micros.From(scope.From), Micros.From(scope.To));
        var streams = new List<StreamAudit>();
        var unreadable = new List<string>();
        var exchanges = scope.Exchanges.Count > 0 ? scope.Exchanges : [.. Catalog.All.Select(exchange => exchange.Profile.Name)];
        foreach (var exchange in exchanges)
        {
            var journals = new JournalReader(merge.Listing, merge.Objects);
            var coverage = new CoverageIndex(merge, journals);
            await coverage.ReadAsync(exchange, period, cancellation);
            var gaps = (await journals.GapsAsync(exchange, period, cancellation)).ToLookup(gap => gap.Stream);
            var asked = coverage.Streams.Where(facts => IsAsked(scope, facts.Stream)).OrderBy(facts => facts.Stream.Text, StringComparer.Ordinal).ToList();
            var judged = new StreamAudit[asked.Count];
            await Parallel.ForAsync(0, asked.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (index, cancel) =>
                judged[index] = await JudgeAsync(asked[index], [.. gaps[asked[index].Stream]], period, cancel));
            streams.AddRange(judged);
            unreadable.AddRange(journals.Unreadable.Select(broken => broken.Message));
        }

        return new() { Streams = streams, Unreadable = unreadable };
    }

    private async Task<StreamAudit> JudgeAsync(StreamFacts facts, IReadOnlyList<GapRecord> gaps, Period period, CancellationToken cancellation)
    {
        var entries = new List<SegmentEntry>();
        await foreach (var entry in merge.Listing.SegmentsAsync(facts.Stream, new(period.From - Around, period.To + Around), cancellation))
            entries.Add(entry);
        return new StreamAuditor(facts, gaps, period).Judge(entries);
    }

    private static bool IsAsked(AuditScope scope, StreamId stream) =>
        (scope.Datasets.Count == 0 || scope.Datasets.Contains(stream.Dataset)) && FileSystemName.MatchesSimpleExpression(scope.Pair, stream.Market);
}
