namespace Ingester.Reading.Objects;

/// <summary>The object from which a row was read.</summary>
/// <param name="Key">The key of the object.</param>
/// <param name="Sha256">The SHA-256 of its uncompressed rows, 64 hex digits.</param>
/// <param name="WindowMicros">Start of its window, microseconds since 1970 UTC; null if the object has no window, such as a journal.</param>
public sealed record RowOrigin(string Key, string Sha256, long? WindowMicros);
