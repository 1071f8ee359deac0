using Ingester.Storage.Stores;

namespace Ingester.Reading.Objects;

/// <summary>Lists and opens the objects of an archive.</summary>
internal sealed class ArchiveReader(IObjectStore store, string prefix, TimeProvider? clock = null)
{
    /// <summary>Opens and counts objects.</summary>
    public ObjectReader Objects { get; } = new(store, clock);

    /// <summary>Lists objects.</summary>
    public StreamListing Listing { get; } = new(store, prefix, clock);
}
