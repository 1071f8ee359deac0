using System.IO.Enumeration;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Auditing;
using Ingester.Reading.Journals;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Deriving.Inputs;

/// <summary>Finds the streams of one exchange and audits them, from listings and journals. Journals are read once for all streams.</summary>
/// <param name="archive">The archive.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="marketPattern">Pattern of the markets; <c>*</c> and <c>?</c> are wildcards.</param>
/// <param name="period">The period that is derived. Streams may be read from before it.</param>
internal sealed class InputReader(ArchiveReader archive, string exchange, string marketPattern, Period period)
{
    private readonly Auditor auditor = new(archive);

    /// <summary>The journals of the exchange.</summary>
    public JournalCache Journals { get; } = new(archive, exchange, marketPattern.AsSpan().ContainsAny('*', '?', '\\') ? null : marketPattern, period);

    /// <summary>The journal objects that are not readable.</summary>
    public IEnumerable<string> Unreadable => Journals.Unreadable.Select(static error => error.Message);

    /// <summary>The markets with stored data of a dataset, or with a recording that was expected in the period, in ordinal order.</summary>
    public async Task<IReadOnlyCollection<string>> FindMarketsAsync(Dataset dataset, CancellationToken cancellation)
    {
        var markets = new SortedSet<string>(StringComparer.Ordinal);
        if (ExchangeCatalog.Find(exchange)?.Profile.Find(dataset) is null && dataset != Dataset.Snapshots)
            return markets;
        foreach (var market in await archive.Listing.ListMarketsAsync(dataset, exchange, cancellation))
            markets.Add(market);
        foreach (var stream in (await Journals.GetAsync(period.From, cancellation)).Journal.Streams)
            if (stream.Stream.Dataset == dataset && stream.WasExpected)
                markets.Add(stream.Stream.Market);
        markets.RemoveWhere(market => !FileSystemName.MatchesSimpleExpression(marketPattern, market, ignoreCase: false));
        return markets;
    }

    /// <summary>Audits one stream in whole minutes.</summary>
    public async Task<StreamInputs> ReadAsync(StreamId stream, Period minutes, CancellationToken cancellation)
    {
        var states = new MinuteState[(minutes.To - minutes.From) / Window.MicrosPerMinute];
        var entries = new List<SegmentEntry>();
        var gaps = new List<GapRecord>();
        for (var from = minutes.From; from < minutes.To;)
        {
            var part = await Journals.GetAsync(from, cancellation);
            var audited = new Period(from, Math.Min(part.Period.To, minutes.To));
            var reported = part.Journal.GetGaps(stream);
            gaps.AddRange(reported);
            from = audited.To;
            if (!stream.Dataset.IsStreamed())
                continue; // complete books have no segments and no verdicts
            var stored = await auditor.ListStoredAsync(stream, audited, cancellation);
            foreach (var window in new StreamAuditor(part.Journal.GetStream(stream), reported, audited).Audit(stored.Entries, stored.Variants).Windows)
                for (var micros = Math.Max(window.Window.StartMicros, audited.From); micros < Math.Min(window.Window.EndMicros, audited.To); micros += Window.MicrosPerMinute)
                    states[(micros - minutes.From) / Window.MicrosPerMinute] = new(
                        window.Verdict, window.Grade, reported.Any(gap => gap.IsDefect && !gap.IsDisputed && gap.Overlaps(Window.Containing(micros, 1))), window.IsWhole);
            entries.AddRange(stored.Entries.Concat(stored.Variants).Where(entry => audited.Overlaps(entry.Name.Window)));
        }

        return new(stream, minutes, states, [.. entries.DistinctBy(static entry => entry.Key)], [.. gaps.Distinct()]);
    }
}
