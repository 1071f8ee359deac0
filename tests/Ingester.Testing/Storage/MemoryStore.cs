using System.Collections.Concurrent;
using Ingester.Core.Memory;
using Ingester.Storage.Stores;

namespace Ingester.Testing.Storage;

/// <summary>A store in memory whose requests a test can observe and make fail.</summary>
internal sealed class MemoryStore : IPrunableStore
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, (byte[] Body, ObjectMetadata Metadata)> objects = new(StringComparer.Ordinal);
    private TaskCompletionSource changed = NewSignal();
    private string[]? sorted; // the keys in order, until one is added or removed

    /// <summary>The exception of the next requests; null if they succeed.</summary>
    public StoreException? Failure { get; set; }

    /// <summary>The key whose requests fail; null for none.</summary>
    public string? Refused { get; set; }

    /// <summary>The task that a write awaits before it completes.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Every request, such as <c>PUT key</c>, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (gate)
                return [.. objects.Keys];
        }
    }

    public bool Has(string key)
    {
        lock (gate)
            return objects.ContainsKey(key);
    }

    public ObjectMetadata Metadata(string key)
    {
        lock (gate)
            return objects[key].Metadata;
    }

    public byte[] Body(string key)
    {
        lock (gate)
            return objects[key].Body;
    }

    /// <summary>Adds or replaces an object without a request.</summary>
    public void Forge(string key, byte[] body, ObjectMetadata metadata)
    {
        lock (gate)
        {
            objects[key] = (body, metadata);
            sorted = null;
        }
    }

    /// <summary>Removes an object without a request.</summary>
    public void Remove(string key)
    {
        lock (gate)
        {
            objects.Remove(key);
            sorted = null;
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellation)
    {
        Say("DELETE " + key);
        ThrowIfBroken();
        Remove(key);
        return Task.CompletedTask;
    }

    public async Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation)
    {
        Say("PUT " + key);
        await Gate.WaitAsync(cancellation);
        ThrowIfBroken();
        if (key == Refused)
            throw new StoreException($"No permission to write {key}.", permanent: true);
        byte[] bytes = [.. body.Chunks.SelectMany(chunk => chunk.ToArray())];
        bool added;
        lock (gate)
        {
            added = objects.TryAdd(key, (bytes, metadata));
            sorted = null;
        }

        Say($"{(added ? "STORED" : "EXISTS")} {key}");
        return added ? PutOutcome.Stored : PutOutcome.Exists;
    }

    public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation)
    {
        Say("HEAD " + key);
        ThrowIfBroken();
        lock (gate)
            return Task.FromResult(objects.TryGetValue(key, out var found) ? new ObjectInfo(found.Body.Length, found.Metadata) : null);
    }

    public Task<Stream?> GetAsync(string key, CancellationToken cancellation)
    {
        Say("GET " + key);
        lock (gate)
            return Task.FromResult<Stream?>(objects.TryGetValue(key, out var found) ? new MemoryStream(found.Body) : null);
    }

    public Task<string?> GetTagAsync(string key, CancellationToken cancellation)
    {
        Say("TAG " + key);
        ThrowIfBroken();
        lock (gate)
            return Task.FromResult(Tag(key));
    }

    public Task<bool> ReplaceAsync(string key, string file, string? tag, CancellationToken cancellation)
    {
        Say("REPLACE " + key);
        ThrowIfBroken();
        if (key == Refused)
            throw new StoreException($"No permission to write {key}.", permanent: true);
        var bytes = File.ReadAllBytes(file);
        lock (gate)
        {
            if (Tag(key) != tag)
                return Task.FromResult(false);
            objects[key] = (bytes, ObjectMetadata.None);
            sorted = null;
            return Task.FromResult(true);
        }
    }

    public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation) =>
        Listed(prefix).ToAsyncEnumerable();

    private List<ListedObject> Listed(string prefix)
    {
        lock (gate)
        {
            sorted ??= [.. objects.Keys];
            var first = Array.BinarySearch(sorted, prefix, StringComparer.Ordinal);
            var listed = new List<ListedObject>();
            for (var place = first < 0 ? ~first : first; place < sorted.Length && sorted[place].StartsWith(prefix, StringComparison.Ordinal); place++)
                listed.Add(new(sorted[place], objects[sorted[place]].Body.Length));
            return listed;
        }
    }

    /// <summary>The number of requests with a prefix.</summary>
    public int Count(string request) => Requests.Count(sent => sent.StartsWith(request, StringComparison.Ordinal));

    /// <summary>Waits, in real time, until a condition on the requests is true.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        for (; ; )
        {
            Task next;
            lock (gate)
                next = changed.Task;
            if (condition())
                return;
            await next.WaitAsync(ManualClock.Patience);
        }
    }

    private string? Tag(string key) => objects.TryGetValue(key, out var found) ? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(found.Body)) : null;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void ThrowIfBroken()
    {
        if (Failure is { } failure)
            throw failure;
    }

    private void Say(string request)
    {
        Requests.Enqueue(request);
        TaskCompletionSource signal;
        lock (gate)
            (signal, changed) = (changed, NewSignal());
        signal.TrySetResult();
    }
}
