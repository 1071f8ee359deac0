using System.Runtime.CompilerServices;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Auditing;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Marking;

/// <summary>
/// The events of one stream, with marks from the objects and from the audit of each window. The result does not depend on how a time span is split
/// into periods: each event and each gap in the ids occurs once, and every minute has the same mark.
/// </summary>
/// <param name="archive">The archive.</param>
/// <param name="journals">The journals.</param>
/// <param name="stream">The stream.</param>
/// <param name="period">The period.</param>
/// <param name="variants">True to return all rows of disputed windows.</param>
internal sealed class MarkedMerge(ArchiveReader archive, JournalCache journals, StreamId stream, Period period, bool variants)
{
    /// <summary>Returns events and marks in order. A mark about a time span precedes the first event in the span.</summary>
    public async IAsyncEnumerable<MarketEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var segments = new StoredStreamReader(archive).ReadAsync(journals.CreateLoader(stream, cancellation), stream, new(period) { IncludesSurroundings = true }, variants, cancellation);
        await using var marks = ReadMarksAsync(cancellation).GetAsyncEnumerator(cancellation);
        var pending = await marks.MoveNextAsync();
        await foreach (var segment in segments.WithCancellation(cancellation))
            foreach (var found in segment)
            {
                for (; pending && marks.Current.Micros <= found.Micros; pending = await marks.MoveNextAsync())
                    yield return marks.Current;
                yield return found;
            }

        for (; pending; pending = await marks.MoveNextAsync())
            yield return marks.Current;
    }

    /// <summary>Returns the marks of the audit, day by day. Consecutive windows with the same verdict have one mark.</summary>
    private async IAsyncEnumerable<MarketEvent> ReadMarksAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var hours = period.ToWholeHours();
        MarketEvent? last = null;
        for (var from = hours.From; from < hours.To;)
        {
            var part = await journals.GetAsync(from, cancellation);
            foreach (var unreadable in part.Journal.Unreadable)
                yield return new() { Stream = stream, Kind = MarketEventKind.Unreadable, Micros = Math.Max(from, period.From), Note = unreadable.Message };
            var audited = new Period(Math.Max(part.Period.From, period.From), Math.Min(part.Period.To, period.To));
            var stored = await new Auditor(archive).ListStoredAsync(stream, audited, cancellation);
            foreach (var window in new StreamAuditor(part.Journal.GetStream(stream), part.Journal.GetGaps(stream), audited).Audit(stored.Entries, stored.Variants).Windows)
                if (CreateMark(window) is { } mark)
                {
                    if (last is { } before && before.Kind == mark.Kind && before.EndMicros == mark.Micros)
                    {
                        last = before with { EndMicros = mark.EndMicros };
                        continue;
                    }

                    if (last is { } done)
                        yield return done;
                    last = mark;
                }

            from = part.Period.To;
        }

        if (last is { } end)
            yield return end;
    }

    private MarketEvent? CreateMark(WindowAudit window)
    {
        var (kind, note) = window.Verdict switch
        {
            WindowVerdict.Disputed => (MarketEventKind.Disputed, "replicas have different rows, and those of one replica are used"),
            WindowVerdict.Partial => (MarketEventKind.Unproven, "the stored events are not proven complete"),
            WindowVerdict.Missing => (MarketEventKind.Missing, "no events are stored, and the time is not proven quiet"),
            _ => (MarketEventKind.Row, ""),
        };
        return kind == MarketEventKind.Row ? null : new()
        {
            Stream = stream,
            Kind = kind,
            Micros = Math.Max(window.Window.StartMicros, period.From),
            EndMicros = Math.Min(window.Window.EndMicros, period.To),
            Note = note,
        };
    }
}
