namespace Ingester.Reading.Objects;

/// <summary>All rows of an object, validated before the first one is used.</summary>
/// <param name="Sha256">SHA-256 of the rows: 64 hex digits in lower case.</param>
/// <param name="Rows">
/// The rows, ordered by id, or in order of arrival when they have no ids. The rows of a large object are decompressed again on each enumeration.
/// </param>
/// <param name="HasStoredHash">True when the metadata of the object contains the hash, and it is equal.</param>
internal sealed record LoadedRows(string Sha256, IReadOnlyCollection<LoadedRow> Rows, bool HasStoredHash);
