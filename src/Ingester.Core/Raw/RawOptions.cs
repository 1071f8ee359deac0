using System.ComponentModel.DataAnnotations;

namespace Ingester.Core.Raw;

/// <summary>Raw capture: what is received, sent and answered over REST, verbatim (<c>Ingester:Raw</c>).</summary>
public sealed class RawOptions
{
    /// <summary>The exchanges that are captured, <c>*</c> for all that are recorded. Default: none, and capture costs nothing.</summary>
    public IList<string> Exchanges { get; set; } = [];

    /// <summary>
    /// Maximum number of bytes in memory, of all files that are not stored or spooled yet. Default 256 MiB. Messages beyond it are dropped, counted and
    /// marked in the files.
    /// </summary>
    [Range(16L << 20, 1L << 40)]
    public long MaxMemoryBytes { get; set; } = 256L << 20;

    /// <summary>
    /// Raw objects are written to the spool only while the spool, with everything in it, uses at most this number of bytes. Default 1 GiB; 0 for never.
    /// The rest of the spool is for recorded events.
    /// </summary>
    [Range(0L, 1L << 44)]
    public long MaxSpoolBytes { get; set; } = 1L << 30;

    /// <summary>Size in uncompressed bytes at which an object is closed and the next one of that minute begins, 32 MiB by default.</summary>
    internal long MaxPartBytes { get; set; } = 32L << 20;

    /// <summary>True when an exchange is captured.</summary>
    public bool Includes(string exchange) => Exchanges.Contains("*") || Exchanges.Contains(exchange, StringComparer.Ordinal);
}
