using Ingester.Dashboard.Markets.Names;

namespace Ingester.Dashboard.Markets.Search;

/// <summary>A market with stored objects.</summary>
/// <param name="Id">The market.</param>
/// <param name="Datasets">The datasets with stored objects, such as <c>trades</c>.</param>
public sealed record MarketEntry(MarketId Id, IReadOnlyList<string> Datasets);
