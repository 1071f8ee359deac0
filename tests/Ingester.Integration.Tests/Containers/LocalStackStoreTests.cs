using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Integration.Tests.Containers;

/// <summary>The store contract against the S3 of LocalStack, with which <c>docker-compose.yml</c> runs.</summary>
public sealed class LocalStackStoreTests(ContainerEngine engine) : ObjectStoreContract, IAsyncLifetime
{
    private S3Store? store;

    private protected override IObjectStore Store => store!;

    /// <summary>An image that stands in for LocalStack may serve S3 with moto.</summary>
    private protected override bool WritesInOneStep => false;

    public async ValueTask InitializeAsync() => store = new(await engine.NewBucketAsync(), TimeProvider.System);

    public ValueTask DisposeAsync()
    {
        store?.Dispose();
        return ValueTask.CompletedTask;
    }
}
