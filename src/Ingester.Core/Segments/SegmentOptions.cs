using System.ComponentModel.DataAnnotations;
using Ingester.Core.Time;
using Microsoft.Extensions.Options;

namespace Ingester.Core.Segments;

/// <summary>How streams are divided into segments (<c>Ingester:Segments</c>). All replicas must use the same settings.</summary>
public sealed class SegmentOptions
{
    /// <summary>Length of windows by exchange and market; the last matching rule applies. Default: one minute for all.</summary>
    [ValidateEnumeratedItems]
    public IList<WindowRule> Windows { get; set; } = [];

    /// <summary>
    /// Minimum time, in exchange time, from the beginning of a proof to the start of the first window that it proves. Default 5 s: two replicas that
    /// started at slightly different events then agree on the content of the window.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ProofLeadTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Streams without a contiguous sequence: how long after its end, in exchange time, a window is closed. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long after the end of its window, by the local clock, an unproven segment is held before it is stored as a fragment. Default 30 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MaxHoldTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Maximum time by which an exchange time may be ahead of the local clock; an event beyond it does not move the window. Default 30 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MaxClockAhead { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Maximum length of a segment in bytes; a larger segment is stored in parts, as fragments. Default 64 MiB: it bounds memory.</summary>
    [Range(1 << 10, 1 << 30)]
    public int MaxSegmentBytes { get; set; } = 64 << 20;
}
