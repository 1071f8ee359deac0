namespace Ingester.Core.Tests;

/// <summary>Counts what warm work allocates on its own thread.</summary>
/// <remarks>
/// The least of a few rounds counts: what the work allocates is in each of them, what the runtime books to the thread now and then is not (once in
/// some hundred runs it was the rest of an allocation area, while other tests collected).
/// </remarks>
internal static class WarmAllocations
{
    private const int Rounds = 4;

    /// <summary>The bytes that <paramref name="work"/> allocates each time it runs; 0 when a round allocates nothing.</summary>
    public static long Of(Action work)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = long.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
