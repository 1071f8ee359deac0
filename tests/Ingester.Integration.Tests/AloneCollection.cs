namespace Ingester.Integration.Tests;

/// <summary>Tests that need the machine for themselves, because they run several processes against a faster clock: they come after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
