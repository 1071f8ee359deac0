using System.ComponentModel.DataAnnotations;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Spooling;

/// <summary>Where segments wait while the store fails (<c>Ingester:Storage:Spool</c>).</summary>
public sealed class SpoolOptions
{
    /// <summary>A directory that only this recorder uses, on a disk that outlives the process; it is made where it is missing.</summary>
    [Required]
    public string Directory { get; set; } = "";

    /// <summary>How much of the disk it may take, in blocks of 4 KiB, 8 GiB by default; the last sixteenth is kept for journals, which say what is missing.</summary>
    [Range(1L << 16, 1L << 44)]
    public long MaxBytes { get; set; } = 8L << 30;

    /// <summary>How long the store may fail before segments go to disk, 10 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan After { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Above this share of <see cref="StorageOptions.QueuedBytes"/> or <see cref="StorageOptions.QueuedSegments"/> segments go to disk whatever the store does, 0.5 by default.</summary>
    [Range(0.05, 1.0)]
    public double MemoryShare { get; set; } = 0.5;

    /// <summary>How many spooled objects are on their way to the store at once, beside those in memory, 4 by default.</summary>
    [Range(1, 64)]
    public int DrainWorkers { get; set; } = 4;
}
