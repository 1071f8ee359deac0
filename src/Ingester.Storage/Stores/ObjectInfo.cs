namespace Ingester.Storage.Stores;

/// <summary>What stands under a name.</summary>
/// <param name="Size">How many bytes it has, compressed.</param>
/// <param name="Metadata">What it says about itself.</param>
internal sealed record ObjectInfo(long Size, ObjectMetadata Metadata);
