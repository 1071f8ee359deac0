using System.Text;
using Ingester.Core.Live;
using Ingester.Core.Markets;
using Ingester.Live;

namespace Ingester.Tests.Core.Live;

/// <summary>A client of the live stream that reads when it is told to.</summary>
internal sealed class LiveReader
{
    private readonly LiveHub hub;
    private readonly LiveText text;

    public LiveReader(LiveHub hub, Func<StreamId, bool>? isWanted = null, bool isEvents = false)
    {
        this.hub = hub;
        Client = hub.TryAdd(isWanted ?? (static _ => true), maxClients: 100)!;
        text = new(Client, isEvents);
    }

    public LiveClient Client { get; }

    /// <summary>What was published since the last call and before it, as the client receives it.</summary>
    public string Read()
    {
        _ = hub.Distribute(groupSize: 2).Sum();
        return ReadQueued();
    }

    /// <summary>What is queued.</summary>
    public string ReadQueued()
    {
        var all = new StringBuilder();
        while (true)
            if (Client.Take() is { } batch)
                all.Append(Encoding.UTF8.GetString(text.Write(batch).Span));
            else if (Client.TakeMissed() is { } missed)
                all.Append(Encoding.UTF8.GetString(text.WriteMissed(missed).Span));
            else
                return all.ToString();
    }

    public string[] ReadLines() => Read().Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
