[assembly: CollectionBehavior(MaxParallelThreads = Ingester.Integration.Tests.AloneCollection.ClassesAtOnce)]

namespace Ingester.Integration.Tests;

/// <summary>
/// Tests that need the machine for themselves, because they measure it or assume that a fast clock is never late: they come after all others, one
/// at a time. A test that only waits for conditions does not belong here. CI runs them by their trait when nothing else runs.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Trait("machine", Name)]
public sealed class AloneCollection
{
    public const string Name = "alone";

    /// <summary>Number of other classes that run at the same time: most of them wait for clocks, retries and processes, and not for the processor.</summary>
    internal const int ClassesAtOnce = 4;
}
