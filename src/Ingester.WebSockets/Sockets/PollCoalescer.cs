namespace Ingester.WebSockets.Sockets;

/// <summary>
/// Decides how long a loop waits before it polls again, so that one wake-up serves several sockets. At a low rate a wake-up per
/// frame is best. Once several frames are expected within the interval, one wake-up for all of them costs less, and no frame waits
/// longer than the interval.
/// </summary>
internal struct PollCoalescer(TimeSpan interval)
{
    private const double Weight = 1.0 / 16; // weight of the last wake-up in the moving average
    private const double MinReadyPerInterval = 2; // a pause is worthwhile for this number of ready sockets per interval

    private double meanInterval = double.MaxValue; // average time between ready sockets, microseconds
    private double lastWake;

    /// <summary>Returns the pause after a wake-up; zero to wait for the next event at once.</summary>
    /// <param name="woke">Time of the wake-up, microseconds.</param>
    /// <param name="done">Time at which all ready sockets had been read.</param>
    /// <param name="ready">Number of ready sockets.</param>
    public TimeSpan PauseAfter(double woke, double done, int ready)
    {
        if (interval <= TimeSpan.Zero || ready == 0)
            return TimeSpan.Zero;
        var now = (woke - lastWake) / ready;
        lastWake = woke;
        meanInterval = Math.Min(meanInterval, interval.TotalMicroseconds);
        meanInterval += (now - meanInterval) * Weight;
        var left = interval.TotalMicroseconds - (done - woke);
        return meanInterval * MinReadyPerInterval <= interval.TotalMicroseconds && left >= 1 ? TimeSpan.FromMicroseconds(left) : TimeSpan.Zero;
    }
}
