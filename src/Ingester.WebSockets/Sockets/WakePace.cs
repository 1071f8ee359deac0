namespace Ingester.WebSockets.Sockets;

/// <summary>
/// How long a loop lets frames gather before it looks again. Where frames come one by one, waking for each costs several times what reading it does; once
/// several are expected within the interval, one wake-up for all of them is cheaper, and none waits longer than the interval.
/// </summary>
internal struct WakePace(TimeSpan interval)
{
    private const double Weight = 1.0 / 16; // of the last wake-up in what is expected
    private const double Enough = 2; // so many sockets ready within the interval are worth a pause

    private double gap = double.MaxValue; // usual microseconds between two sockets that become ready
    private double last;

    /// <summary>The pause after a wake-up; zero when the next socket should wake the loop at once.</summary>
    /// <param name="woke">When it woke, in microseconds.</param>
    /// <param name="done">When everything that was ready had been read.</param>
    /// <param name="ready">How many sockets were ready.</param>
    public TimeSpan After(double woke, double done, int ready)
    {
        if (interval <= TimeSpan.Zero || ready == 0)
            return TimeSpan.Zero;
        var now = (woke - last) / ready;
        last = woke;
        gap = Math.Min(gap, interval.TotalMicroseconds);
        gap += (now - gap) * Weight;
        var left = interval.TotalMicroseconds - (done - woke);
        return gap * Enough <= interval.TotalMicroseconds && left >= 1 ? TimeSpan.FromMicroseconds(left) : TimeSpan.Zero;
    }
}
