namespace Ingester.Core.Connections;

/// <summary>Whether a loop has time to spare: how much of the last tenth of a second it worked instead of waiting.</summary>
internal struct LoopLoad
{
    private const double Window = 100_000; // microseconds
    private const double Pressed = 0.9; // of them

    private double from;
    private double worked;

    /// <summary>True when it worked nearly all the time, so that frames wait for it.</summary>
    public bool IsPressed { get; private set; }

    /// <summary>Counts one wake-up in.</summary>
    /// <param name="woke">When it woke, in microseconds.</param>
    /// <param name="done">When everything that was ready had been read.</param>
    public void After(double woke, double done)
    {
        worked += done - woke;
        var span = done - from;
        if (span < Window)
            return;
        IsPressed = worked > Pressed * span;
        (from, worked) = (done, 0);
    }
}
