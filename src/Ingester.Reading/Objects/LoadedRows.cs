using Ingester.Core.Sequencing;

namespace Ingester.Reading.Objects;

/// <summary>One row of an object, by its place.</summary>
/// <param name="Line">The row, JSON without the line's end.</param>
/// <param name="Micros">Its exchange time; zero where it has none.</param>
/// <param name="Range">What it covers; null where it has no sequence.</param>
internal readonly record struct LoadedRow(ReadOnlyMemory<byte> Line, long Micros, SequenceRange? Range);

/// <summary>All rows of an object, found to be what they must be before the first is used.</summary>
/// <param name="Sha256">The SHA-256 of the rows, 64 hex digits in lower case.</param>
/// <param name="Rows">The rows in order: of the sequence where there is one, else of their arrival. A large object's rows are decompressed again while they are read.</param>
/// <param name="HasStoredHash">True when the store keeps the hash beside the object, and it was the same.</param>
internal sealed record LoadedRows(string Sha256, IReadOnlyCollection<LoadedRow> Rows, bool HasStoredHash);
