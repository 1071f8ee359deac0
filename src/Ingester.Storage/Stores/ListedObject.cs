namespace Ingester.Storage.Stores;

/// <summary>One entry of a listing.</summary>
/// <param name="Key">The key.</param>
/// <param name="Size">Compressed size in bytes.</param>
internal readonly record struct ListedObject(string Key, long Size);
