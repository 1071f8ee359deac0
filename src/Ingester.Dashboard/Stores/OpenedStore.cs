using Ingester.Reading;
using Ingester.Storage.Stores;

namespace Ingester.Dashboard.Stores;

/// <summary>The opened store. Queries use it for reading only.</summary>
/// <param name="Archive">Merge, audit and books.</param>
/// <param name="Objects">The objects, for certificates, exported files and derived data.</param>
/// <param name="Prefix">Prefix of all keys, without a slash at its end; empty for none.</param>
internal sealed record OpenedStore(MarketArchive Archive, IObjectStore Objects, string Prefix);
