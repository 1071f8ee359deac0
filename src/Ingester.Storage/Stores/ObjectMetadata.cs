using Ingester.Core.Proof;

namespace Ingester.Storage.Stores;

/// <summary>What an object says about itself beside its bytes; a store that keeps no metadata answers with nulls.</summary>
/// <param name="Sha256">The SHA-256 of the uncompressed rows, 64 hex digits.</param>
/// <param name="Rows">How many rows it holds.</param>
/// <param name="Format">The version of the row format.</param>
/// <param name="Grade">How much the writer's proof of a whole segment is worth; null for every other object, and where the writer did not say.</param>
internal sealed record ObjectMetadata(string? Sha256, long? Rows, string? Format, ProofGrade? Grade = null)
{
    /// <summary>The version of the row format that this program writes: 2 has optional fields at the end of rows; objects of version 1 stay readable.</summary>
    public const string FormatVersion = "2";

    /// <summary>For an object that says nothing.</summary>
    public static ObjectMetadata None { get; } = new(null, null, null);
}
