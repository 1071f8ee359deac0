using System.ComponentModel.DataAnnotations;

namespace Ingester.Storage.Compression;

/// <summary>
/// How rows are compressed (<c>Ingester:Storage:Compression</c>). Replicas may use different settings: they compare hashes of uncompressed rows.
/// </summary>
public sealed class CompressionOptions
{
    /// <summary>The default of <see cref="Level"/>: the level with the lowest total cost of CPU and storage, see docs/adr/0015.</summary>
    public const int DefaultLevel = 5;

    /// <summary>The gzip level, from 1 (fastest) to 9 (smallest). Default 5.</summary>
    [Range(1, 9)]
    public int Level { get; set; } = DefaultLevel;
}
