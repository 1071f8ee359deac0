using System.ComponentModel.DataAnnotations;
using Ingester.Storage.Compression;
using Ingester.Storage.Spooling;
using Ingester.Storage.Uploads;
using Microsoft.Extensions.Options;

namespace Ingester.Storage.Writing;

/// <summary>How segments get to the store (<c>Ingester:Storage</c>).</summary>
public sealed class StorageOptions : IValidatableObject
{
    /// <summary>How many objects are on their way to the store at once, 8 by default.</summary>
    [Range(1, 256)]
    public int UploadWorkers { get; set; } = 8;

    /// <summary>Uploads of one minute are spread over this span by a hash of the stream, 5 s by default, so that they do not all meet the store at :00.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan UploadSpread { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long each rank waits for the one before it, 20 s by default: longer than an upload usually takes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan RankDelay { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How many objects may wait or be on their way, 50,000 by default: ten thousand streams for some minutes.</summary>
    [Range(1, 10_000_000)]
    public int QueuedSegments { get; set; } = 50_000;

    /// <summary>How many bytes of rows may wait or be on their way, 512 MiB by default; beyond it, and beyond the spool, segments are lost and become gaps.</summary>
    [Range(1L << 20, 1L << 40)]
    public long QueuedBytes { get; set; } = 512L << 20;

    /// <summary>How many bytes of journal rows may be held, 64 MiB by default, apart from segments so that these cannot crowd out the gaps.</summary>
    [Range(1L << 16, 1L << 34)]
    public long JournalBytes { get; set; } = 64L << 20;

    /// <summary>How many bytes of rows one object of a journal holds before the next one of that minute begins, 1 MiB by default.</summary>
    [Range(1 << 10, 1 << 28)]
    public int JournalPartBytes { get; set; } = 1 << 20;

    /// <summary>How rows are compressed.</summary>
    [ValidateObjectMembers]
    public CompressionOptions Compression { get; set; } = new();

    /// <summary>The longest wait after the first failure of a request, 500 ms by default; it doubles with each further one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait that doubling reaches, 10 s by default: the store is back within it when it is back.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan RetryDelayCap { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Where segments wait on disk while the store fails; none by default, and then they wait in memory.</summary>
    [ValidateObjectMembers]
    public SpoolOptions? Spool { get; set; }

    /// <summary>
    /// True for a program that reads at its own pace and ends, such as an import; not a setting. Everything is accepted, because its owner waits for room
    /// (<see cref="SegmentWriter.WhenDrainedToAsync"/>) instead of losing rows, and a store that refuses ends it instead of being asked for ever.
    /// </summary>
    internal bool IsBatch { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RetryDelayCap < RetryDelay)
            yield return new("RetryDelayCap must not be shorter than RetryDelay.", [nameof(RetryDelayCap)]);
        if (JournalPartBytes > JournalBytes)
            yield return new("JournalPartBytes must not be more than JournalBytes.", [nameof(JournalPartBytes)]);
    }
}
