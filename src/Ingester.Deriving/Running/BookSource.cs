using Ingester.Core.Exchanges;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Deriving.Inputs;
using Ingester.Reading.Objects;

namespace Ingester.Deriving.Running;

/// <summary>Finds what the books of one exchange are made from.</summary>
/// <param name="archive">The archive.</param>
/// <param name="profile">The profile of the exchange.</param>
internal sealed class BookSource(ArchiveReader archive, ExchangeProfile profile)
{
    /// <summary>The next minute is read too: its first diff proves that none is missing before.</summary>
    public const long Margin = Window.MicrosPerMinute;

    /// <summary>How many days back a snapshot is searched, as for <c>ingester book</c>.</summary>
    private const int LookBackDays = 3;

    /// <summary>Lists and audits what the book of a market is made from.</summary>
    /// <param name="reader">The journals.</param>
    /// <param name="market">The market.</param>
    /// <param name="period">Whole minutes.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task<BookInputs> ReadAsync(InputReader reader, string market, Period period, CancellationToken cancellation)
    {
        var snapshots = await FindSnapshotsAsync(market, period, cancellation);
        var from = snapshots is [var (first, _), ..] ? Math.Min(first.MinuteMicros, period.From) : period.From;
        var stream = new StreamId(profile.BookDataset, profile.Name, market);
        return new(await reader.ReadAsync(stream, new(from, period.To + Margin), cancellation), snapshots);
    }

    /// <summary>The last snapshot before the period, and those in it and in the margin after it.</summary>
    private async Task<IReadOnlyList<(SnapshotKey Name, string Key)>> FindSnapshotsAsync(string market, Period period, CancellationToken cancellation)
    {
        var found = new List<(SnapshotKey Name, string Key)>();
        foreach (var day in new Period(period.From, period.To + Margin).Days())
            found.AddRange((await archive.Listing.ListSnapshotsAsync(profile.Name, market, day, cancellation)).Where(one => one.Name.MinuteMicros < period.To + Margin));
        for (var back = 1; back <= LookBackDays && !found.Exists(one => one.Name.MinuteMicros < period.From); back++)
            found.InsertRange(0, await archive.Listing.ListSnapshotsAsync(profile.Name, market, Micros.ToDateTime(period.From).Date.AddDays(-back), cancellation));
        var start = found.FindLastIndex(one => one.Name.MinuteMicros < period.From);
        return start > 0 ? found[start..] : found;
    }
}
