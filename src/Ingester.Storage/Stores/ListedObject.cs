namespace Ingester.Storage.Stores;

/// <summary>One line of a listing.</summary>
/// <param name="Key">The key.</param>
/// <param name="Size">How many bytes it has, compressed.</param>
internal readonly record struct ListedObject(string Key, long Size);
