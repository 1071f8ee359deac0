namespace Ingester.Core.Proof;

/// <summary>
/// Spans of exchange time for which nothing is proven, whatever is received for them later (rule T4 of <c>docs/proof.md</c>): times received while
/// the local clock was distrusted, and times that occurred twice because the exchange's clock was set back. They apply to all streams of a lane,
/// including streams that are opened later. <see cref="ConnectionClock"/> decides when the local clock is distrusted, and when the exchange's clock was
/// set back.
/// </summary>
internal sealed class DoubtfulSpans
{
    private const int MaxSpans = 16;

    private readonly List<(long From, long To)> spans = [];

    /// <summary>
    /// Adds a span, both ends included, microseconds UTC. When the maximum number is reached, all spans are merged into one that contains them: the
    /// claim becomes weaker, never stronger.
    /// </summary>
    public void Add((long From, long To) span)
    {
        if (spans.Contains(span))
            return; // already known
        if (spans.Count == MaxSpans)
        {
            span = (Math.Min(span.From, spans.Min(known => known.From)), Math.Max(span.To, spans.Max(known => known.To)));
            spans.Clear();
        }

        spans.Add(span);
    }

    /// <summary>Adds the spans of another lane, from which a stream was moved.</summary>
    public void Add(DoubtfulSpans others)
    {
        foreach (var span in others.spans.ToList())
            Add(span);
    }

    /// <summary>
    /// True when a span overlaps the time from <paramref name="from"/> (included) to <paramref name="to"/> (excluded), microseconds UTC.
    /// </summary>
    public bool Overlaps(long from, long to)
    {
        foreach (var span in spans)
            if (span.From < to && span.To >= from)
                return true;
        return false;
    }
}
