namespace Ingester.Core.Proof;

/// <summary>
/// Exchange times of which nothing is proven, whatever is received in them later (rule T4 of <c>docs/proof.md</c>): what was heard while the local clock was
/// distrusted, and what passed twice because the exchange's clock was set back. They hold for all streams of a lane, also for one that is opened later.
/// </summary>
internal sealed class DoubtfulTimes
{
    private const int MostSpans = 16;

    private readonly List<(long From, long To)> spans = [];

    /// <summary>Adds a span, both ends included, microseconds UTC. Where there are too many, one that holds them all takes their place: the weaker claim.</summary>
    public void Add((long From, long To) span)
    {
        if (spans.Contains(span))
            return; // known already
        if (spans.Count == MostSpans)
        {
            span = (Math.Min(span.From, spans.Min(known => known.From)), Math.Max(span.To, spans.Max(known => known.To)));
            spans.Clear();
        }

        spans.Add(span);
    }

    /// <summary>Adds what is known of another lane, from which a stream came.</summary>
    public void Add(DoubtfulTimes others)
    {
        foreach (var span in others.spans.ToList())
            Add(span);
    }

    /// <summary>True when one of them touches the time from <paramref name="from"/> to before <paramref name="to"/>, microseconds UTC.</summary>
    public bool Touch(long from, long to)
    {
        foreach (var span in spans)
            if (span.From < to && span.To >= from)
                return true;
        return false;
    }
}
