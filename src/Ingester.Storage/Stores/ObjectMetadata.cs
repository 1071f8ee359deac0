using Ingester.Core.Proof;

namespace Ingester.Storage.Stores;

/// <summary>The metadata of an object. A store without metadata returns nulls.</summary>
/// <param name="Sha256">The SHA-256 of the uncompressed rows, 64 hex digits.</param>
/// <param name="RowCount">Number of rows.</param>
/// <param name="Format">The version of the row format.</param>
/// <param name="Grade">The grade of a whole segment; null for every other object, and if the writer did not state one.</param>
internal sealed record ObjectMetadata(string? Sha256, long? RowCount, string? Format, ProofGrade? Grade = null)
{
    /// <summary>
    /// The row format version that this program writes. Version 2 added optional fields at the end of rows; version 1 remains readable.
    /// </summary>
    public const string FormatVersion = "2";

    /// <summary>Where the rows come from if not from the exchange's stream or REST API, as <see cref="Core.Rows.RowSource"/> states it; otherwise null.</summary>
    public string? Source { get; init; }

    /// <summary>No metadata.</summary>
    public static ObjectMetadata None { get; } = new(null, null, null);
}
