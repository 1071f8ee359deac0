using Ingester.Core.Handovers;
using Ingester.Core.Proof;

namespace Ingester.Core.Segments;

/// <summary>The connections that carry a stream: one, or two during a handover.</summary>
internal sealed class StreamConnections(RecordedStream stream)
{
    /// <summary>The connection that carries the stream; null for none.</summary>
    public ConnectionClock? Carrier { get; private set; }

    /// <summary>The handover to a second connection; null when there is none.</summary>
    public StreamHandover? Handover { get; private set; }

    /// <summary>True while a second connection carries the stream, or has not caught up yet.</summary>
    public bool IsHandingOver { get; private set; }

    /// <summary>True while the local clock is distrusted on a connection that carries the stream.</summary>
    public bool IsDistrusted => Carrier is { IsDistrusted: true } || Handover is { Successor.IsDistrusted: true };

    /// <summary>True when this connection carries the stream: the subscription was acknowledged, or it delivered an event.</summary>
    public bool IsCarriedBy(ConnectionClock clock) => Carrier == clock || Handover is { IsSuccessorSubscribed: true } both && both.Successor == clock;

    /// <summary>True when the connection carries the stream or is to take it over, or when none carries it.</summary>
    public bool MayCarry(ConnectionClock clock) => Carrier is null || Carrier == clock || Handover?.Successor == clock;

    /// <summary>Whether the connection could carry the stream alone without loss.</summary>
    public TakeoverReadiness GetTakeoverReadiness(ConnectionClock clock) =>
        Handover is { } both && both.Successor == clock ? (stream.Traits.IsSnapshots && both.IsSuccessorSubscribed ? TakeoverReadiness.Ready : both.GetReadiness(stream.Times.Grace))
        : Carrier is null || Carrier == clock ? TakeoverReadiness.Ready
        : TakeoverReadiness.Incomplete;

    /// <summary>
    /// True when only this connection carries the stream, so that there is nothing to compare. Adopts the connection if there was none, and begins a
    /// handover if it is a second one.
    /// </summary>
    public bool TryBecomeSoleSource(ConnectionClock clock)
    {
        if (Handover is not null)
            return false;
        Carrier ??= clock;
        if (Carrier == clock)
            return true;
        BeginUnannounced(clock);
        return false;
    }

    /// <summary>Begins the handover to a connection that has not subscribed to anything yet.</summary>
    public void BeginHandover(ConnectionClock successor)
    {
        if (Carrier is not null)
            (Handover, IsHandingOver) = (new(Carrier, successor, stream.IsNumbered ? null : new RowAlignment()), true);
    }

    /// <summary>
    /// A second connection carries the stream and was not announced before it subscribed: without a sequence, nothing can be proven.
    /// </summary>
    public void BeginUnannounced(ConnectionClock newer)
    {
        var alignment = stream.IsNumbered ? null : new RowAlignment();
        alignment?.Fail();
        IsHandingOver = true;
        Handover = new(Carrier!, newer, alignment);
    }

    /// <summary>The successor carries the stream. The handover continues until it has delivered all events that the predecessor delivered first.</summary>
    public void SwitchTo(ConnectionClock successor) => Carrier = successor;

    /// <summary>The handover is over: only one connection is compared with the recorded events.</summary>
    public void EndHandover() => Handover = null;

    /// <summary>The chain continues: a connection that took over has caught up.</summary>
    public void ChainContinued() => IsHandingOver &= Handover is not null;

    /// <summary>No connection carries the stream any more.</summary>
    public void Disconnected() => (Carrier, IsHandingOver) = (null, false);
}
