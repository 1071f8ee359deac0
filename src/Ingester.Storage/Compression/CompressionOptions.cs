using System.ComponentModel.DataAnnotations;

namespace Ingester.Storage.Compression;

/// <summary>How rows are compressed (<c>Ingester:Storage:Compression</c>). Replicas may differ in it: they agree by the hash of the rows.</summary>
public sealed class CompressionOptions
{
    /// <summary>The default of <see cref="Level"/>, with which CPU and storage together cost least, see docs/adr/0015.</summary>
    public const int DefaultLevel = 5;

    /// <summary>The gzip level, from 1, the fastest, to 9, the smallest. Default 5.</summary>
    [Range(1, 9)]
    public int Level { get; set; } = DefaultLevel;
}
