using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Reading.Books;

namespace Ingester.Paper.Report;

/// <summary>
/// What the store proves about fills, after the fact: the book when the order was decided and when it was filled, and the trades of all minutes between. A run itself cannot
/// know it: a window is proven after its end.
/// </summary>
/// <param name="archive">The recording.</param>
internal sealed class StoreProofs(MarketArchive archive)
{
    private readonly Dictionary<(string Market, long Minute), bool> minutes = [];
    private readonly SortedSet<string> unreadable = new(StringComparer.Ordinal);

    /// <summary>One sentence for each object that is not readable.</summary>
    public IReadOnlyCollection<string> Unreadable => unreadable;

    /// <summary>Judges a fill. An uncertain one stays uncertain: a gap touched its order.</summary>
    public async Task<ReportFill> JudgeAsync(ReportFill fill, CancellationToken cancellation)
    {
        if (fill.Evidence == "uncertain")
            return fill;
        var slash = fill.Market.IndexOf('/', StringComparison.Ordinal);
        var (exchange, market) = (fill.Market[..slash], fill.Market[(slash + 1)..]);
        var isProven = await IsBookProvenAsync(exchange, market, fill.Micros, cancellation) && await IsBookProvenAsync(exchange, market, fill.OrderMicros, cancellation);
        for (var minute = Window.Containing(fill.OrderMicros, 1).StartMicros; isProven && minute <= fill.Micros; minute += Window.MicrosPerMinute)
            isProven = await AreTradesProvenAsync(exchange, market, minute, cancellation);
        return fill with { Evidence = isProven ? "proven" : "unproven" };
    }

    private async Task<bool> IsBookProvenAsync(string exchange, string market, long micros, CancellationToken cancellation)
    {
        var book = await archive.GetBookAsync(exchange, market, new(Micros.ToDateTime(micros)), cancellation);
        unreadable.UnionWith(book.Unreadable);
        return book.Proof == BookProof.Proven;
    }

    private async Task<bool> AreTradesProvenAsync(string exchange, string market, long minute, CancellationToken cancellation)
    {
        var key = ($"{exchange}/{market}", minute);
        if (minutes.TryGetValue(key, out var known))
            return known;
        var report = await archive.AuditAsync(new()
        {
            From = new(Micros.ToDateTime(minute)),
            To = new(Micros.ToDateTime(minute + Window.MicrosPerMinute)),
            Exchanges = [exchange],
            MarketPattern = market,
            Datasets = [Dataset.Trades, Dataset.AggTrades],
        }, cancellation);
        unreadable.UnionWith(report.Unreadable);
        var windows = report.Streams.Where(stream => stream.Stream.Market == market).SelectMany(static stream => stream.Windows).ToList();
        return minutes[key] = windows.Count > 0 && windows.TrueForAll(static window => window.Verdict is WindowVerdict.Complete or WindowVerdict.Quiet);
    }
}
