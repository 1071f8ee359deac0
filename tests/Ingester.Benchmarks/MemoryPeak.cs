using System.Diagnostics;

namespace Ingester.Benchmarks;

/// <summary>Samples the peak memory of the process.</summary>
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

    /// <summary>The largest sampled managed heap in bytes, including garbage.</summary>
    public long Managed => Interlocked.Read(ref managed);

    /// <summary>The largest sampled working set in bytes.</summary>
    public long WorkingSet => Interlocked.Read(ref workingSet);

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        using var process = Process.GetCurrentProcess();
        managed = Math.Max(managed, GC.GetTotalMemory(forceFullCollection: false));
        workingSet = Math.Max(workingSet, process.WorkingSet64);
    }
}
