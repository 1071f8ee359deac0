using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Auditing;
using Ingester.Reading.Journals;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Books;

/// <summary>
/// The gaps that replicas reported for a stream without a chain of ids, and that no whole windows close: from each of them on, a book that was loaded
/// before is not known.
/// </summary>
internal sealed class BookGaps
{
    private readonly List<GapRecord> open;

    private BookGaps(List<GapRecord> open) => this.open = open;

    /// <summary>Reads the gaps of a period, and audits its windows if there are any.</summary>
    public static async Task<BookGaps> ReadAsync(ArchiveReader archive, JournalCache journals, StreamId stream, Period period, CancellationToken cancellation)
    {
        var hours = period.ToWholeHours();
        var reported = new HashSet<GapRecord>();
        var windows = new List<WindowAudit>();
        for (var from = hours.From; from < hours.To;)
        {
            var part = await journals.GetAsync(from, cancellation);
            reported.UnionWith(part.Journal.GetGaps(stream));
            from = part.Period.To;
        }

        var open = reported.Where(gap => gap.IsDefect && !gap.IsDisputed && gap.From < period.To && gap.To >= period.From).ToList();
        if (open.Count > 0 && stream.Dataset.IsStreamed())
        {
            for (var from = hours.From; from < hours.To;)
            {
                var part = await journals.GetAsync(from, cancellation);
                var stored = await new Auditor(archive).ListStoredAsync(stream, part.Period, cancellation);
                windows.AddRange(new StreamAuditor(part.Journal.GetStream(stream), part.Journal.GetGaps(stream), part.Period).Audit(stored.Entries, stored.Variants).Windows);
                from = part.Period.To;
            }

            open.RemoveAll(gap => !gap.HasUnknownStart && BookProofRules.AllWhole(windows, gap));
        }

        return new([.. open.OrderBy(gap => gap.From)]);
    }

    /// <summary>The first time from which a book that was loaded at a time is not known; <see cref="long.MaxValue"/> if it stays known.</summary>
    public long FirstAfter(long micros) =>
        open.Where(gap => gap.AffectsBookAfter(micros)).Select(gap => Math.Max(gap.From, micros)).DefaultIfEmpty(long.MaxValue).Min();
}
