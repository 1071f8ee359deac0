using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Raw;

namespace Ingester.Recording.Raw;

/// <summary>
/// Raw capture of one connection. Only its receiver calls <see cref="Received"/>, <see cref="Subscribed"/> and <see cref="Close"/>, and only its sender
/// calls <see cref="Sent"/>.
/// </summary>
internal sealed class RawConnection
{
    private readonly RawCapture capture;
    private readonly RawLane lane;
    private readonly RawChannel received;
    private readonly RawChannel sent;
    private readonly byte[] address;
    private readonly Lock gate = new();
    private readonly HashSet<Subscription> subscribed = [];
    private ReadOnlyMemory<byte>? state;

    /// <summary>Writes that the connection is open.</summary>
    public RawConnection(RawCapture capture, RawLane lane, Uri address)
    {
        (this.capture, this.lane, this.address) = (capture, lane, Encoding.UTF8.GetBytes(address.AbsoluteUri));
        Number = capture.NextNumber();
        (received, sent) = capture.CreateChannels(Number);
        received.AppendNote('o', this.address);
        var minute = capture.MinuteMicros;
        received.AppendNote('s', new RawLaneNote { Lane = lane.Number, Streams = lane.Streams }.ToBytes());
        capture.Add(this);
        if (capture.MinuteMicros != minute)
            received.AppendNote('s', State); // a minute has begun whose object may lack it
    }

    /// <summary>The number of the connection, unique in the process.</summary>
    public long Number { get; }

    /// <summary>The streams of the lane and the confirmed ones, for the beginning of an object: the content of a line of kind <c>s</c>.</summary>
    public ReadOnlyMemory<byte> State
    {
        get
        {
            lock (gate)
                return state ??= new RawLaneNote { Lane = lane.Number, Streams = lane.Streams, Subscribed = subscribed, Continues = true }.ToBytes();
        }
    }

    /// <summary>The address of the connection as UTF-8.</summary>
    public ReadOnlyMemory<byte> Address => address;

    /// <summary>A message was received.</summary>
    public void Received(ReadOnlySpan<byte> message, bool isBinary) => received.Append(message, isBinary);

    /// <summary>A text message was sent.</summary>
    public void Sent(ReadOnlySpan<byte> message) => sent.Append(message, isBinary: false);

    /// <summary>The exchange confirmed these streams.</summary>
    public void Subscribed(IReadOnlyList<Subscription> streams)
    {
        lock (gate)
        {
            subscribed.UnionWith(streams);
            state = null;
        }

        received.AppendNote('s', new RawLaneNote { Lane = lane.Number, Subscribed = streams }.ToBytes());
    }

    /// <summary>The streams of the lane changed; any thread may call it.</summary>
    public void LaneChanged()
    {
        lock (gate)
        {
            subscribed.IntersectWith(lane.Streams);
            state = null;
        }
    }

    /// <summary>The connection ended.</summary>
    /// <param name="reason">The reason as a sentence.</param>
    public void Close(string reason)
    {
        capture.Remove(this);
        received.AppendNote('c', Encoding.UTF8.GetBytes(reason));
    }
}
