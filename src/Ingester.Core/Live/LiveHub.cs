using Ingester.Core.Markets;
using Ingester.Core.Output;

namespace Ingester.Core.Live;

/// <summary>
/// Distributes the rows and marks of all recorded streams to the clients of the live stream. Receive threads copy each line once into the intake; another
/// thread passes the batches to the clients, so that neither the number nor the speed of clients affects recording.
/// </summary>
/// <param name="maxQueuedBytes">Maximum size of the intake, and of the queue of each client, in bytes. Clients share the memory of the lines.</param>
internal sealed class LiveHub(long maxQueuedBytes)
{
    private readonly Lock gate = new();
    private readonly LiveIntake intake = new(maxQueuedBytes);
    private readonly Dictionary<StreamId, LiveStream> streams = [];
    private LiveClient[] clients = []; // replaced, never changed
    private bool isCompleted;

    /// <summary>Number of clients.</summary>
    public int ClientCount => Volatile.Read(ref clients).Length;

    /// <summary>Returns a stream, which exists from its first use on.</summary>
    public LiveStream GetStream(StreamId id)
    {
        lock (gate)
        {
            if (streams.TryGetValue(id, out var known))
                return known;
            var snapshots = id.Dataset == Dataset.Depth ? Create(id with { Dataset = Dataset.Snapshots }, snapshots: null) : null;
            return Create(id, snapshots);
        }
    }

    /// <summary>Adds a client, which receives what is recorded from now on.</summary>
    /// <param name="isWanted">True for the streams that it has chosen.</param>
    /// <param name="maxClients">Maximum number of clients.</param>
    /// <returns>The client; null if there are too many.</returns>
    public LiveClient? TryAdd(Func<StreamId, bool> isWanted, int maxClients)
    {
        lock (gate)
        {
            if (clients.Length >= maxClients)
                return null;
            var client = new LiveClient(stream => isWanted(stream.Id), maxQueuedBytes);
            foreach (var stream in streams.Values)
                client.AddStream(stream);
            if (isCompleted)
                client.Complete();
            Volatile.Write(ref clients, [.. clients, client]);
            return client;
        }
    }

    /// <summary>Removes a client.</summary>
    public void Remove(LiveClient client)
    {
        lock (gate)
        {
            Volatile.Write(ref clients, [.. clients.Where(other => other != client)]);
            foreach (var stream in streams.Values)
                if (client.IsListeningTo(stream))
                    stream.RemoveClient();
        }
    }

    /// <summary>Passes the lines that were recorded since the last call to the clients, one group of clients after the other. Called by one thread at a time.</summary>
    /// <param name="groupSize">Maximum number of clients in a group.</param>
    /// <returns>For each group the number of rows that its clients miss.</returns>
    public IEnumerable<long> Distribute(int groupSize)
    {
        var batches = intake.TakeAll();
        foreach (var group in Volatile.Read(ref clients).Chunk(groupSize))
            yield return batches.Sum(batch => group.Sum(client => client.Offer(batch)));
    }

    /// <summary>The live stream ends: clients receive what is queued for them, and then the end.</summary>
    public void Complete()
    {
        lock (gate)
        {
            isCompleted = true;
            foreach (var client in clients)
                client.Complete();
        }
    }

    /// <summary>A copy of the row of a snapshot before it is stored, for <see cref="PublishSnapshot"/>; null while no client needs it.</summary>
    public byte[]? CopyRow(SealedSnapshot snapshot)
    {
        if (ClientCount == 0 || !RowStreamOf(GetStream(snapshot.Stream)).IsListened)
            return null;
        var row = new byte[snapshot.Rows.Length];
        snapshot.Rows.CopyTo(row);
        return row;
    }

    /// <summary>Publishes a stored snapshot: its row in the dataset <c>snapshots</c>, and before it a mark between the diffs, if the market has diffs.</summary>
    /// <param name="snapshot">The snapshot; its rows are not read.</param>
    /// <param name="row">The copy of the row; null while no client listens to snapshots.</param>
    public void PublishSnapshot(SealedSnapshot snapshot, byte[]? row)
    {
        if (ClientCount == 0)
            return;
        var stream = GetStream(snapshot.Stream);
        if (stream.Snapshots is not null)
            stream.PublishSnapshot(snapshot.Micros, snapshot.LastId);
        if (row is not null)
            RowStreamOf(stream).PublishRow(row, null, snapshot.Micros);
    }

    private static LiveStream RowStreamOf(LiveStream stream) => stream.Snapshots ?? stream;

    private LiveStream Create(StreamId id, LiveStream? snapshots)
    {
        var created = new LiveStream(id, streams.Count, intake) { Snapshots = snapshots };
        streams.Add(id, created);
        foreach (var client in clients)
            client.AddStream(created);
        return created;
    }
}
