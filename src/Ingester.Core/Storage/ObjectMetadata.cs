namespace Ingester.Core.Storage;

/// <summary>What an object says about itself beside its bytes; a store that keeps no metadata answers with nulls.</summary>
/// <param name="Sha256">The SHA-256 of the uncompressed rows, 64 hex digits.</param>
/// <param name="Rows">How many rows it holds.</param>
/// <param name="Format">The version of the row format.</param>
internal sealed record ObjectMetadata(string? Sha256, long? Rows, string? Format)
{
    /// <summary>The version of the row format that this program writes.</summary>
    public const string FormatVersion = "1";

    /// <summary>For an object that says nothing.</summary>
    public static ObjectMetadata None { get; } = new(null, null, null);
}
