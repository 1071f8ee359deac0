using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Arrivals;

/// <summary>The arrivals of one stream at one replica. Objects are opened when an event is not found in those before.</summary>
/// <param name="replica">The name of the replica.</param>
/// <param name="reader">Opens objects.</param>
/// <param name="stream">The stream.</param>
internal sealed class ReplicaArrivals(string replica, ArrivalObjectReader reader, StreamId stream)
{
    private const long KeptMicros = 5 * Window.MicrosPerMinute; // a merge may step back by a window

    private readonly Queue<(long MinuteMicros, string Key)> objects = [];
    private readonly SortedList<long, List<ArrivalLine>> lines = []; // by window

    /// <summary>The name of the replica.</summary>
    public string Replica => replica;

    /// <summary>Adds an object; objects are added in the order of their minutes.</summary>
    public void Add(JournalKey name, string key) => objects.Enqueue((name.Part.MinuteMicros, key));

    /// <summary>Forgets windows that a merge has passed.</summary>
    public void Forget(long windowMicros)
    {
        while (lines.Count > 0 && lines.GetKeyAtIndex(0) < windowMicros - KeptMicros)
            lines.RemoveAt(0);
        while (objects.TryPeek(out var oldest) && oldest.MinuteMicros < windowMicros - KeptMicros)
            objects.Dequeue();
    }

    /// <summary>Looks for an event in the opened objects. First in its own window: another replica may have placed it in another one.</summary>
    public long? Find(in ArrivalKey key)
    {
        if (lines.TryGetValue(key.WindowMicros, out var own) && Find(own, key) is { } found)
            return found;
        if (key.Id is not null)
            foreach (var (window, others) in lines)
                if (window != key.WindowMicros && Find(others, key) is { } elsewhere)
                    return elsewhere;
        return null;
    }

    /// <summary>Opens the next object if its minute is not after a time; false if there is none. An object that cannot be used is reported and skipped.</summary>
    public async ValueTask<bool> OpenNextAsync(long untilMicros, List<string> unreadable, CancellationToken cancellation)
    {
        if (!objects.TryPeek(out var next) || next.MinuteMicros > untilMicros)
            return false;
        objects.Dequeue();
        try
        {
            foreach (var line in await reader.ReadAsync(next.Key, stream, cancellation))
            {
                if (!lines.TryGetValue(line.WindowMicros, out var same))
                    lines.Add(line.WindowMicros, same = []);
                same.Add(line);
            }
        }
        catch (UnreadableObjectException error)
        {
            unreadable.Add(error.Message);
        }

        return true;
    }

    private static long? Find(List<ArrivalLine> candidates, in ArrivalKey key)
    {
        foreach (var line in candidates)
            if ((key.Id is { } id ? line.Sha256 is null ? line.Find(id) : null : key.Sha256 is { } sha256 ? line.Find(sha256, key.Row) : null) is { } received)
                return received;
        return null;
    }
}
