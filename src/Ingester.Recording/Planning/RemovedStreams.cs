using Ingester.Core.Exchanges;
using Ingester.Core.Segments;

namespace Ingester.Recording.Planning;

/// <summary>
/// The recorders of streams that are not wanted any more, or whose lane ended, of all lanes of one exchange: when a stream returns, on whichever lane, it goes
/// on from its last id, as after a disconnect, so that what was missed meanwhile is a gap. Keyed by name and symbol: another market that was given the name
/// starts afresh. It outlives a restart of the exchange, see <see cref="ExchangeSupervisor"/>.
/// </summary>
internal sealed class RemovedStreams
{
    /// <summary>The most removed streams that are kept, for the life of the process; the one that was removed first is forgotten first.</summary>
    public const int Most = 10_000;

    private readonly Lock gate = new();
    private readonly OrderedDictionary<Subscription, StreamRecorder> recorders = [];

    /// <summary>Keeps a recorder that was closed. Whoever removes it does not use it any more.</summary>
    public void Keep(Subscription stream, StreamRecorder recorder)
    {
        lock (gate)
        {
            recorders.Remove(stream);
            if (recorders.Count >= Most)
                recorders.RemoveAt(0);
            recorders.Add(stream, recorder);
        }
    }

    /// <summary>
    /// Keeps what continues a stream that is still wanted while its lane ends. None is forgotten for another: the plan bounds their number.
    /// </summary>
    public void Carry(Subscription stream, StreamRecorder successor)
    {
        lock (gate)
            recorders[stream] = successor;
    }

    /// <summary>Hands over the recorder of a stream that returns; null where none is kept.</summary>
    public StreamRecorder? Take(Subscription stream)
    {
        lock (gate)
            return recorders.Remove(stream, out var recorder) ? recorder : null;
    }
}
