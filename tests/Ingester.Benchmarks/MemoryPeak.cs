using System.Diagnostics;

namespace Ingester.Benchmarks;

/// <summary>Watches how much memory the process has at most.</summary>
internal sealed class MemoryPeak : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly Timer timer;
    private long managed;
    private long workingSet;

    public MemoryPeak()
    {
        GC.Collect();
        timer = new(_ => Look(), null, TimeSpan.Zero, Every);
    }

    /// <summary>The largest managed heap that was seen, garbage included.</summary>
    public long Managed => Interlocked.Read(ref managed);

    /// <summary>The largest working set that was seen.</summary>
    public long WorkingSet => Interlocked.Read(ref workingSet);

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        using var process = Process.GetCurrentProcess();
        managed = Math.Max(managed, GC.GetTotalMemory(forceFullCollection: false));
        workingSet = Math.Max(workingSet, process.WorkingSet64);
    }
}
