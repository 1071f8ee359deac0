using Microsoft.Win32.SafeHandles;

namespace Ingester.Core.Connections;

/// <summary>
/// Asks the system that its idle processors wake at once while many frames come (Linux: the device <c>/dev/cpu_dma_latency</c>, see
/// https://docs.kernel.org/power/pm_qos_interface.html): they then look for work in a loop instead of being halted, and woken late by whoever runs the machine. The
/// wish holds as long as the device is open. A decision on why stands in docs/adr/0010. Not safe for use by two threads at once.
/// </summary>
/// <param name="device">Where the system takes the wish.</param>
/// <param name="many">To how many sockets something comes in a second while many frames come.</param>
internal sealed class WakeLatency(string device = WakeLatency.Device, double many = WakeLatency.Many) : IDisposable
{
    private const string Device = "/dev/cpu_dma_latency";
    private const double Second = 1_000_000; // microseconds
    private const double Linger = 10 * Second; // taking the wish back and asking again wakes every processor
    private const double Many = 5_000;

    private readonly byte[] atOnce = new byte[sizeof(int)]; // microseconds

    private SafeFileHandle? held;
    private double since;
    private long came;
    private double last;
    private bool refused;

    /// <summary>True while it asks.</summary>
    public bool IsHeld => held is not null;

    /// <summary>To be told after each wake-up; asks when many frames came for a second, until they did for none of ten.</summary>
    /// <param name="now">When, in microseconds.</param>
    /// <param name="ready">To how many sockets something had come.</param>
    public void After(double now, int ready)
    {
        came += ready;
        if (now - since < Second)
            return;
        if (came >= many * (now - since) / Second)
            Ask(now);
        else if (now - last > Linger)
            Release();
        (since, came) = (now, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => Release();

    private void Ask(double now)
    {
        last = now;
        if (held is null && !refused)
            Hold();
    }

    private void Release()
    {
        held?.Dispose();
        held = null;
    }

    /// <summary>Where the system does not let this process, nothing changes: it is not asked again.</summary>
    private void Hold()
    {
        try
        {
            held = File.OpenHandle(device, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(held, atOnce, fileOffset: 0);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            refused = true;
            Release();
        }
    }
}
