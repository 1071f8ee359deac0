using System.Runtime.InteropServices;

namespace Ingester.Storage.Threads;

/// <summary>How the system shares processors among the threads of the process (Linux: <c>nice(2)</c>, which there is of one thread).</summary>
internal static partial class NativeThread
{
    private const int Less = 5; // a third of the share that others have

    /// <summary>
    /// This thread gives way to those that receive, where both want a processor: what it does may be done some milliseconds later, a frame is to be taken at
    /// once. For good: a thread may not take more again.
    /// </summary>
    public static void GiveWay()
    {
        if (OperatingSystem.IsLinux())
            _ = Nice(Less); // where it is refused, nothing is lost but time
    }

    [LibraryImport("libc", EntryPoint = "nice")]
    private static partial int Nice(int more);
}
