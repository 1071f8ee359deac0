using System.ComponentModel.DataAnnotations;
using Ingester.Storage.Compression;
using Ingester.Storage.Spooling;
using Microsoft.Extensions.Options;

namespace Ingester.Storage.Uploads;

/// <summary>How objects are uploaded to the store (<c>Ingester:Storage</c>).</summary>
public sealed class StorageOptions
{
    /// <summary>Number of concurrent uploads, 8 by default.</summary>
    [Range(1, 256)]
    public int UploadWorkers { get; set; } = 8;

    /// <summary>
    /// Time over which the uploads of one minute are spread by a hash of the stream, 5 s by default, so that they do not all reach the store at :00.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan UploadSpread { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long each replica waits for the replica of the next lower rank to upload, 20 s by default: longer than an upload usually takes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ReplicaStagger { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Maximum number of objects that are queued or being uploaded, 50,000 by default: ten thousand streams for some minutes.</summary>
    [Range(1, 10_000_000)]
    public int MaxQueuedObjects { get; set; } = 50_000;

    /// <summary>
    /// Maximum size of the rows that are queued or being uploaded, in bytes, 512 MiB by default. If the spool is full, too, segments are lost and
    /// become gaps.
    /// </summary>
    [Range(1L << 20, 1L << 40)]
    public long MaxQueuedBytes { get; set; } = 512L << 20;

    /// <summary>
    /// Maximum size of journal rows in memory, in bytes, 64 MiB by default. It is a separate limit, so that segments cannot displace gap rows.
    /// </summary>
    internal long MaxJournalBytes { get; set; } = 64L << 20;

    /// <summary>Size of the rows in bytes at which a journal object is closed and the next one of that minute begins, 1 MiB by default.</summary>
    internal int MaxJournalPartBytes { get; set; } = 1 << 20;

    /// <summary>Maximum size of <c>arrivals</c> in memory, in bytes, 64 MiB by default. It is a separate limit, so that they displace nothing else.</summary>
    internal long MaxArrivalBytes { get; set; } = 64L << 20;

    /// <summary>Size in bytes at which an object of <c>arrivals</c> is closed and the next one of that minute begins, 8 MiB by default.</summary>
    internal long MaxArrivalPartBytes { get; set; } = 8L << 20;

    /// <summary>How rows are compressed.</summary>
    [ValidateObjectMembers]
    public CompressionOptions Compression { get; set; } = new();

    /// <summary>
    /// Upper bound of the random delay after the first failure of a request, 500 ms by default; it doubles with each further failure.
    /// </summary>
    internal TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Maximum of that bound, 10 s by default: uploads resume within this time after the store has recovered.</summary>
    internal TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Spool on disk for objects while the store fails; none by default: objects then stay in memory.</summary>
    [ValidateObjectMembers]
    public SpoolOptions? Spool { get; set; }

    /// <summary>
    /// True for a program that reads at its own pace and ends, such as an import; not a setting. All objects are accepted: the caller waits for
    /// space (<see cref="SegmentWriter.WhenDrainedToAsync"/>) instead of losing rows. Permanent failures of the store end the program instead of
    /// being retried forever.
    /// </summary>
    internal bool IsBatch { get; init; }
}
