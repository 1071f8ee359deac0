using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Storage.Stores;

namespace Ingester.Deriving.Running;

/// <summary>Finds the exchanges of a store.</summary>
internal static class StoredExchanges
{
    /// <summary>The exchanges of a list that have trades or books in the store, in the order of the list.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(IObjectStore store, string prefix, IReadOnlyList<string> exchanges, CancellationToken cancellation)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in new[] { "", ObjectKey.Fragments + "/" })
            foreach (var dataset in new[] { Dataset.Trades, Dataset.AggTrades, Dataset.Depth, Dataset.Snapshots })
                await foreach (var name in store.ListFoldersAsync($"{ObjectKey.Root(prefix)}{folder}{dataset.Name()}/", cancellation))
                    if (KeyEncoding.DecodeLabel(name, "exchange=") is { } exchange)
                        found.Add(exchange);
        return [.. exchanges.Where(found.Contains)];
    }
}
