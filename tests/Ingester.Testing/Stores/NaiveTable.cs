using Ingester.Testing.Storage;
using static Ingester.Testing.Stores.StoredText;

namespace Ingester.Testing.Stores;

/// <summary>
/// The expected result of SQL over the objects of a stream. SQL reads keys and rows as they are and checks no hash, so damage that only a hash reveals is not detected.
/// </summary>
internal sealed class NaiveTable
{
    private readonly List<NaiveObject> all = [];

    public NaiveTable(MemoryStore store, Market market)
    {
        foreach (var key in store.Keys.Where(key => key.StartsWith($"{market.Dataset}/exchange={market.Exchange}/pair={market.Pair}/", StringComparison.Ordinal)
            || key.StartsWith($"fragments/{market.Dataset}/exchange={market.Exchange}/pair={market.Pair}/", StringComparison.Ordinal)))
        {
            IsDamaged |= Unpack(store.Body(key)) is null;
            if (NaiveObject.Read(store, key) is { } read)
                all.Add(read);
        }
    }

    /// <summary>True when the gzip of an object is damaged: DuckDB refuses the object, or returns the rows before the damage.</summary>
    public bool IsDamaged { get; }

    /// <summary>The distinct rows as <c>after upto conflict</c>, in the order of their ids.</summary>
    public IEnumerable<string> Numbered() =>
        from range in all.SelectMany(one => one.Rows).GroupBy(row => row.Range!.Value).OrderBy(one => one.Key.After).ThenBy(one => one.Key.UpTo)
        let distinct = range.Select(row => row.What).Distinct(StringComparer.Ordinal).Count()
        from _ in Enumerable.Range(0, distinct)
        select $"{range.Key.After} {range.Key.UpTo} {distinct > 1}";

    /// <summary>The times of the rows of the object that SQL selects for each window, in order.</summary>
    public IEnumerable<long> Unnumbered() =>
        from window in all.GroupBy(one => (one.Start, one.Minutes))
        from row in window.OrderByDescending(one => one.IsWhole).ThenByDescending(one => one.Rows.Count).ThenByDescending(one => one.Key, StringComparer.Ordinal).First().Rows
        orderby row.Micros
        select row.Micros;
}
