using Ingester.Core.Proof;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>The windows of a stream that are neither whole nor quiet, because an event with a time in them is stored elsewhere, or their time is doubtful.</summary>
internal sealed class ExcludedWindows(SegmentTimes times, DetachedRows detached)
{
    private const int MaxWindows = 64;

    private HashSet<long>? starts; // null until the first window is excluded, because most streams never exclude one
    private long excludedBefore = long.MinValue; // earlier windows are discarded and count as excluded

    /// <summary>The doubtful spans of its lane. Default: its own.</summary>
    public DoubtfulSpans DoubtfulSpans { get; private set; } = new();

    /// <summary>
    /// Shares the doubtful spans with the lane that records the stream from now on: a span that is doubtful for one is doubtful for both.
    /// </summary>
    public void ShareDoubtfulSpans(DoubtfulSpans ofLane)
    {
        ofLane.Add(DoubtfulSpans);
        DoubtfulSpans = ofLane;
    }

    /// <summary>Continues with the doubtful spans of the stream's former recorder.</summary>
    public void ContinueWith(DoubtfulSpans former) => DoubtfulSpans = former;

    /// <summary>Excludes a window.</summary>
    public void Add(Window window)
    {
        starts ??= [];
        if (starts.Count == MaxWindows)
        {
            excludedBefore = Math.Max(excludedBefore, starts.Min());
            starts.Remove(starts.Min());
        }

        starts.Add(window.StartMicros);
    }

    /// <summary>True when the window is excluded.</summary>
    public bool Contains(Window window) =>
        DoubtfulSpans.Overlaps(window.StartMicros - times.ProofLeadTime, window.EndMicros + times.Grace) || window.StartMicros <= excludedBefore
        || starts?.Contains(window.StartMicros) == true || detached.Contains(window);
}
