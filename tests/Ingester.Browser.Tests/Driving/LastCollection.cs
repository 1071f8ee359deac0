using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Ingester.Browser.Tests.Driving.LastCollection))]

namespace Ingester.Browser.Tests.Driving;

/// <summary>The tests that stop the simulated system run after all others.</summary>
public sealed class LastCollection : ITestCollectionOrderer
{
    /// <summary>The name of their collection.</summary>
    public const string Name = "last";

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections) where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName == Name)];
}
