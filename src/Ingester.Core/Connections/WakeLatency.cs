using Microsoft.Win32.SafeHandles;

namespace Ingester.Core.Connections;

/// <summary>
/// Asks the system that its idle processors wake at once while many frames come (Linux: the device <c>/dev/cpu_dma_latency</c>, see
/// https://docs.kernel.org/power/pm_qos_interface.html): they then look for work in a loop instead of being halted, and woken late by whoever runs the machine. The
/// wish holds as long as the device is open. A decision on why stands in docs/adr/0010. Not safe for use by two threads at once.
/// </summary>
/// <param name="device">Where the system takes the wish.</param>
internal sealed class WakeLatency(string device = WakeLatency.Device) : IDisposable
{
    private const string Device = "/dev/cpu_dma_latency";
    private const double Linger = 10_000_000; // microseconds: taking the wish back and asking again wakes every processor

    private readonly byte[] atOnce = new byte[sizeof(int)]; // microseconds

    private SafeFileHandle? held;
    private double last;
    private bool refused;

    /// <summary>True while it asks.</summary>
    public bool IsHeld => held is not null;

    /// <summary>To be told after each wake-up; asks as soon as many frames come, until none did for ten seconds.</summary>
    /// <param name="now">When, in microseconds.</param>
    /// <param name="manyCome">Whether many frames come.</param>
    public void After(double now, bool manyCome)
    {
        if (manyCome)
        {
            last = now;
            if (held is null && !refused)
                Hold();
        }
        else if (held is not null && now - last > Linger)
            Dispose();
    }

    /// <summary>Takes the wish back.</summary>
    public void Dispose()
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
            Dispose();
        }
    }
}
