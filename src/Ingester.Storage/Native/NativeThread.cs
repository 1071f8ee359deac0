using System.Runtime.InteropServices;

namespace Ingester.Storage.Native;

/// <summary>Scheduling priority of single threads (Linux: <c>nice(2)</c>, which applies to the calling thread).</summary>
internal static partial class NativeThread
{
    private const int NiceIncrement = 5; // about a third of the CPU share of a thread with the default priority

    /// <summary>
    /// Lowers the priority of the calling thread below that of receive threads: its work may be delayed by milliseconds, while frames must be read
    /// immediately. The priority cannot be raised again.
    /// </summary>
    public static void LowerPriority()
    {
        if (OperatingSystem.IsLinux())
            _ = Nice(NiceIncrement); // an error is ignored: only latency is affected
    }

    [LibraryImport("libc", EntryPoint = "nice")]
    private static partial int Nice(int more);
}
