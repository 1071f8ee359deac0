using Ingester.Core.Exchanges;
using Ingester.Core.Segments;

namespace Ingester.Recording.Lanes;

/// <summary>
/// The recorders of removed streams and of lanes that ended, for all lanes of one exchange. When a stream is added again, on any
/// lane, it continues from its last id, as after a disconnect, and what was missed meanwhile is a gap. The key contains name and
/// symbol: a different market under the same name starts without history. The object outlives restarts of the exchange.
/// </summary>
internal sealed class RemovedStreams
{
    /// <summary>Maximum number of removed streams that are kept; the one that was removed first is dropped first.</summary>
    public const int MaxRemoved = 10_000;

    private readonly Lock gate = new();
    private readonly OrderedDictionary<Subscription, StreamRecorder> recorders = [];

    /// <summary>Keeps a closed recorder. The caller must not use it afterwards.</summary>
    public void Keep(Subscription stream, StreamRecorder recorder)
    {
        lock (gate)
        {
            recorders.Remove(stream);
            if (recorders.Count >= MaxRemoved)
                recorders.RemoveAt(0);
            recorders.Add(stream, recorder);
        }
    }

    /// <summary>
    /// Keeps the successor of a stream that is still planned while its lane ends. No other stream is dropped for it; the number of
    /// planned streams is the bound.
    /// </summary>
    public void KeepSuccessor(Subscription stream, StreamRecorder successor)
    {
        lock (gate)
            recorders[stream] = successor;
    }

    /// <summary>Returns the recorder of a stream that is added again and removes it here; null when none is kept.</summary>
    public StreamRecorder? Restore(Subscription stream)
    {
        lock (gate)
            return recorders.Remove(stream, out var recorder) ? recorder : null;
    }
}
