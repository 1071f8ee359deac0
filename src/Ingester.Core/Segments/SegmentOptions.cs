using System.ComponentModel.DataAnnotations;
using Ingester.Core.Time;
using Microsoft.Extensions.Options;

namespace Ingester.Core.Segments;

/// <summary>How streams are cut into segments (<c>Ingester:Segments</c>). All replicas must share these settings.</summary>
public sealed class SegmentOptions
{
    /// <summary>How long windows are, by exchange and market; the last rule that fits decides. Default: one minute everywhere.</summary>
    [ValidateEnumeratedItems]
    public IList<WindowRule> Windows { get; set; } = [];

    /// <summary>
    /// A run of events counts as unbroken at a window's start only when it began this long before, in exchange time. Default 5 s: two replicas
    /// that started at slightly different events then agree on what belongs to the window.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Settle { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Streams without a contiguous sequence: so long after a window's end, by the exchange's clock, nothing more is expected. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>So long after a window's end, by the local clock, what is held is stored as a fragment. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Hold { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A timestamp further ahead of the local clock than this does not move the window. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AheadTolerance { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A segment that grows beyond this many bytes is stored in pieces, as fragments. Default 64 MiB: memory stays bounded.</summary>
    [Range(1 << 10, 1 << 30)]
    public int MaxSegmentBytes { get; set; } = 64 << 20;
}

/// <summary>Holds <see cref="SegmentOptions"/> to their limits.</summary>
[OptionsValidator]
public sealed partial class SegmentOptionsValidator : IValidateOptions<SegmentOptions>;
