namespace Ingester.Storage.Stores;

/// <summary>An existing object.</summary>
/// <param name="Size">Compressed size in bytes.</param>
/// <param name="Metadata">Its metadata.</param>
internal sealed record ObjectInfo(long Size, ObjectMetadata Metadata);
