using System.Collections.Concurrent;
using Ingester.Core.Memory;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Reading;

/// <summary>How a store fails to give an object.</summary>
public enum ReadFault
{
    /// <summary>It answers 500 or 503.</summary>
    Refused,

    /// <summary>The connection is reset in the middle.</summary>
    Reset,

    /// <summary>Fewer bytes come than the object has.</summary>
    Truncated,

    /// <summary>More bytes come than the object has.</summary>
    Longer,

    /// <summary>The connection ends before the first byte.</summary>
    Empty,
}

/// <summary>A store whose answers to reads fail: each object so many times.</summary>
internal sealed class FaultyStore(MemoryStore store, ReadFault fault, int times) : IObjectStore
{
    private readonly ConcurrentDictionary<string, int> failed = new(StringComparer.Ordinal);

    /// <summary>The one object that fails; null for all.</summary>
    public string? Only { get; init; }

    public Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation) => store.PutAsync(key, body, metadata, cancellation);

    public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => store.HeadAsync(key, cancellation);

    public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation) => store.ListAsync(prefix, cancellation);

    public async Task<Stream?> GetAsync(string key, CancellationToken cancellation)
    {
        if ((Only is not null && Only != key) || failed.AddOrUpdate(key, 1, (_, count) => count + 1) > times)
            return await store.GetAsync(key, cancellation);
        var body = store.Body(key);
        return fault switch
        {
            ReadFault.Refused => throw new StoreException($"The store answered 503 SlowDown: cannot read {key}.", permanent: false),
            ReadFault.Reset => new BrokenStream(body[..(body.Length / 2)]),
            ReadFault.Truncated => new MemoryStream(body[..(body.Length / 2)]),
            ReadFault.Longer => new MemoryStream([.. body, .. body]),
            _ => new MemoryStream(),
        };
    }

    private sealed class BrokenStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? base.ReadAsync(buffer, cancellationToken) : throw new IOException("Connection reset by peer");
    }
}
