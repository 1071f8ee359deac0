using Ingester.Core.Time;
using Ingester.Storage.Stores;

namespace Ingester.Deriving.Candles;

/// <summary>The stored candles.</summary>
/// <param name="store">The store.</param>
/// <param name="prefix">The prefix of all keys, without a slash at its end.</param>
internal sealed class CandleArchive(IObjectStore store, string prefix)
{
    private const int MonthsPerYear = 12;

    /// <summary>Number of months from which one listing of the whole series needs fewer requests than one per month.</summary>
    private const int MaxMonthsListed = 3;

    /// <summary>The spans of all stored objects of a series from the month of one time to the month of another.</summary>
    /// <exception cref="StoreException">The store cannot be listed.</exception>
    public async Task<IReadOnlyList<CandleSpan>> ListAsync(CandleSeries series, long fromMicros, long toMicros, CancellationToken cancel)
    {
        var spans = new List<CandleSpan>();
        await foreach (var key in ListKeysAsync(series, fromMicros, toMicros, cancel))
            if (CandleKey.ParseSpan(key) is { } span)
                spans.Add(span);
        return spans;
    }

    /// <summary>The keys of all stored objects of a series from the month of one time to the month of another, in order; for a long period the keys of the whole series.</summary>
    /// <exception cref="StoreException">The store cannot be listed.</exception>
    public async IAsyncEnumerable<string> ListKeysAsync(
        CandleSeries series, long fromMicros, long toMicros, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var (first, last) = (Micros.ToDateTime(fromMicros), Micros.ToDateTime(toMicros));
        var months = (last.Year - first.Year) * MonthsPerYear + last.Month - first.Month + 1;
        var begin = new DateTime(first.Year, first.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        IEnumerable<string> folders = months > MaxMonthsListed
            ? [CandleKey.Folder(prefix, series)]
            : Enumerable.Range(0, months).Select(month => CandleKey.Month(prefix, series, begin.AddMonths(month)));
        foreach (var folder in folders)
            await foreach (var found in store.ListAsync(folder, cancel))
                yield return found.Key;
    }
}
