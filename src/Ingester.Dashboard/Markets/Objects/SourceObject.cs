namespace Ingester.Dashboard.Markets.Objects;

/// <summary>An object of the store that a figure is made from.</summary>
/// <param name="Key">The key.</param>
/// <param name="Size">Compressed size in bytes; null when it was not listed.</param>
public sealed record SourceObject(string Key, long? Size);
