using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Ingester.Integration.Tests.Containers.ContainersFirst))]

namespace Ingester.Integration.Tests.Containers;

/// <summary>The tests with containers begin first: building the image takes longer than most classes, and other tests run meanwhile.</summary>
public sealed class ContainersFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName.Contains(".Containers.", StringComparison.Ordinal) ? 0 : 1)];
}
