using System.ComponentModel.DataAnnotations;

namespace Ingester.Storage.Spooling;

/// <summary>Where objects wait on disk while the store fails (<c>Ingester:Storage:Spool</c>).</summary>
public sealed class SpoolOptions
{
    /// <summary>A directory that only this recorder uses, on a disk that outlives the process. It is created if it is missing.</summary>
    [Required]
    public string Directory { get; set; } = "";

    /// <summary>Maximum disk space in bytes, 8 GiB by default. Each file counts as whole blocks of 4 KiB. The last sixteenth is reserved for journals, which record gaps.</summary>
    [Range(1L << 16, 1L << 44)]
    public long MaxBytes { get; set; } = 8L << 30;

    /// <summary>How long the store may fail before objects are written to disk, 10 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StartAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Share of <c>MaxQueuedBytes</c> or <c>MaxQueuedObjects</c> above which objects are written to disk even
    /// if the store works, 0.5 by default.
    /// </summary>
    internal double MemoryThreshold { get; set; } = 0.5;

    /// <summary>Number of concurrent uploads of spooled objects, in addition to <c>UploadWorkers</c>, 4 by default.</summary>
    [Range(1, 64)]
    public int DrainWorkers { get; set; } = 4;
}
