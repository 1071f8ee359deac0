using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Dashboard.Stores;
using Ingester.Exchanges;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>The exchanges that a store holds.</summary>
/// <param name="Exchanges">The exchanges that this version knows, in ordinal order.</param>
/// <param name="Unknown">Names of exchanges that this version does not know, in ordinal order.</param>
internal sealed record StoreContent(IReadOnlyList<StoredExchange> Exchanges, IReadOnlyList<string> Unknown)
{
    private const string Label = "exchange=";

    /// <summary>Lists the exchanges and counts their streams.</summary>
    public static async Task<StoreContent> ReadAsync(OpenedStore store, CancellationToken cancellation)
    {
        var root = ObjectKey.Root(store.Prefix);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var folder in (string[])[$"{root}{Dataset.Coverage.Name()}/", .. Streamed().Select(dataset => $"{root}{dataset.Name()}/"), .. Streamed().Select(dataset => $"{root}{ObjectKey.Fragments}/{dataset.Name()}/")])
            await foreach (var found in store.Objects.ListFoldersAsync(folder, cancellation))
                if (KeyEncoding.DecodeLabel(found, Label) is { } name)
                    names.Add(name);
        var exchanges = new List<StoredExchange>();
        foreach (var name in names.Where(IsKnown))
        {
            var streams = 0;
            foreach (var dataset in Streamed())
                streams += (await store.Archive.ListMarketsAsync(dataset, name, cancellation)).Count;
            exchanges.Add(new(name, streams));
        }

        return new(exchanges, [.. names.Where(name => !IsKnown(name))]);
    }

    private static IEnumerable<Dataset> Streamed() => Enum.GetValues<Dataset>().Where(dataset => dataset.IsStreamed());

    private static bool IsKnown(string exchange) => ExchangeCatalog.Find(exchange) is not null;
}
