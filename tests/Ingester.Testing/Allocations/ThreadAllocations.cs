namespace Ingester.Testing.Allocations;

/// <summary>Counts what the current thread allocates.</summary>
internal static class ThreadAllocations
{
    private const int MaxAttempts = 100;

    /// <summary>
    /// The bytes that this thread allocates while something runs. A garbage collection, which any thread may cause, counts the unused part of this thread's allocation
    /// buffer (8 KiB) as allocated: what ran during a collection runs again, unless every attempt causes one.
    /// </summary>
    public static long Measure(Action measured)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (collections, before) = (GC.CollectionCount(0), GC.GetAllocatedBytesForCurrentThread());
            measured();
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (GC.CollectionCount(0) == collections || attempt == MaxAttempts)
                return allocated;
        }
    }
}
