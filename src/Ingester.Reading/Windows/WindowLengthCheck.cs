using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Storage.Stores;

namespace Ingester.Reading.Windows;

/// <summary>Compares the window lengths in the settings with those in the store.</summary>
/// <param name="store">The store.</param>
/// <param name="prefix">The prefix of all keys.</param>
/// <param name="rules">The rules of the settings.</param>
internal sealed class WindowLengthCheck(IObjectStore store, string prefix, IReadOnlyList<WindowRule> rules)
{
    /// <summary>
    /// Number of segment keys per dataset that are read when there is no coverage, for example because a recorder was killed in its first minutes.
    /// </summary>
    private const int MaxKeys = 1_000;

    private readonly RecentCoverage coverage = new(store, prefix);

    /// <summary>The mismatches with the latest windows of an exchange before a time.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="at">The time.</param>
    /// <param name="isRecorded">Whether a stream is considered.</param>
    /// <param name="cancellation">Cancels the check.</param>
    /// <exception cref="StoreException">The store does not respond.</exception>
    public async Task<IReadOnlyCollection<WindowLengthMismatch>> CheckLatestAsync(
        string exchange, DateTimeOffset at, Func<StreamId, bool> isRecorded, CancellationToken cancellation)
    {
        var (comparison, hasCoverage) = (new WindowLengthComparison(rules), false);
        await coverage.ReadLatestAsync(exchange, at, line =>
        {
            hasCoverage = true;
            Add(comparison, line, isRecorded);
        }, cancellation);
        if (!hasCoverage)
            await AddSegmentsAsync(comparison, exchange, Micros.From(at - RecentCoverage.LookBack), isRecorded, cancellation);
        return comparison.Mismatches;
    }

    /// <summary>The mismatches with the windows of an exchange around a time.</summary>
    /// <exception cref="StoreException">The store does not respond.</exception>
    public async Task<IReadOnlyCollection<WindowLengthMismatch>> CheckAroundAsync(string exchange, long micros, CancellationToken cancellation)
    {
        var (comparison, delay) = (new WindowLengthComparison(rules), Micros.From(RecentCoverage.LongestReportDelay));
        await coverage.ReadAsync(exchange, new Period(micros - delay, micros + delay), hasCoverage => Add(comparison, hasCoverage, static _ => true), cancellation);
        return comparison.Mismatches;
    }

    private async Task AddSegmentsAsync(WindowLengthComparison comparison, string exchange, long from, Func<StreamId, bool> isRecorded, CancellationToken cancellation)
    {
        var folders =
            from dataset in new[] { Dataset.Trades, Dataset.AggTrades, Dataset.Depth }
            from folder in new[] { "", ObjectKey.Fragments + "/" }
            select $"{ObjectKey.Root(prefix)}{folder}{dataset.Name()}/exchange={KeyEncoding.Encode(exchange)}/";
        var listings = await Task.WhenAll(folders.Select(async folder => await store.ListAsync(folder, cancellation).Take(MaxKeys).ToListAsync(cancellation)));
        foreach (var found in listings.SelectMany(static listing => listing))
            if (SegmentKey.TryParse(prefix, found.Key, out var name) && name.Window.StartMicros >= from && isRecorded(name.Stream))
                comparison.Add(name.Stream, name.Window, replica: null);
    }

    private static void Add(WindowLengthComparison comparison, in (StreamId Stream, CoverageRecord Line) hasCoverage, Func<StreamId, bool> isRecorded)
    {
        if (isRecorded(hasCoverage.Stream))
            comparison.Add(hasCoverage.Stream, hasCoverage.Line.Window, hasCoverage.Line.Replica);
    }
}
