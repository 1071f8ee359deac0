using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <summary>Delivers the frames of the exchange to the connections of one replica, with the faults of the network.</summary>
internal sealed class FrameDelivery(Truth truth, ModelClock clock, EventQueue queue, NetworkFaults faults)
{
    private readonly Schedule schedule = truth.Schedule;

    /// <summary>The markets that are currently removed from the configuration.</summary>
    public HashSet<int> UnwantedMarkets { get; } = [];

    /// <summary>The subscriptions to the configured markets, or to one market.</summary>
    public IEnumerable<Subscription> Subscriptions(int? market = null) =>
        from stream in truth.Streams
        where market is null ? !UnwantedMarkets.Contains(stream.Plan.Market) : stream.Plan.Market == market
        select new Subscription(stream.Plan.Dataset, new(stream.Market, stream.Symbol));

    /// <summary>Subscribes a connection: frames that are sent from now on arrive.</summary>
    public void Subscribe(ModelConnection connection)
    {
        if (connection.ClosedAt < long.MaxValue)
            return;
        connection.SubscribedAt = clock.True;
        connection.Next = truth.Frames.FindIndex(sent => sent.SentAt >= clock.True);
        if (connection.Next < 0)
            connection.Next = truth.Frames.Count;
        var arrival = clock.True + connection.Latency;
        queue.At(arrival, () => Acknowledge(connection));
        queue.At(arrival + 1, () => Receive(connection));
    }

    private void Acknowledge(ModelConnection connection)
    {
        if (connection.ClosedAt < long.MaxValue)
            return;
        connection.Feed.OnSubscribed([.. Subscriptions()]);
        foreach (var stream in truth.Streams)
        {
            if (!schedule.Numbered && stream.Plan.Dataset == Dataset.Depth)
                SendSnapshot(connection, stream);
            if (stream.Plan.Dataset == Dataset.Trades)
                foreach (var sent in stream.Sent.TakeWhile(sent => sent.SentAt < connection.SubscribedAt).TakeLast(schedule.Replayed))
                    Deliver(connection, sent, sent.ReplayedFrame(), replayed: true);
        }
    }

    /// <summary>Sends a snapshot.</summary>
    public void SendSnapshot(ModelConnection connection, TruthStream stream)
    {
        if (connection.ClosedAt < long.MaxValue || UnwantedMarkets.Contains(stream.Plan.Market))
            return;
        var micros = clock.True - connection.Latency + truth.ShiftAt(clock.True);
        var time = schedule.TimedBooks ? $",\"x\":{micros}" : "";
        PassToLane(connection, Encoding.UTF8.GetBytes($"{{\"k\":\"b\",\"s\":\"{stream.Symbol}\"{time},\"n\":7}}"),
            new(DeliveryKind.Book, connection, clock.True, clock.Local, schedule.TimedBooks ? micros : null) { Stream = stream });
    }

    /// <summary>Delivers the next frames of the exchange.</summary>
    private void Receive(ModelConnection connection)
    {
        if (connection.ClosedAt < long.MaxValue)
            return;
        for (; connection.Next < truth.Frames.Count && truth.Frames[connection.Next].SentAt + connection.Latency <= clock.True; connection.Next++)
            Arrive(connection, truth.Frames[connection.Next]);
        if (connection.Next < truth.Frames.Count)
            queue.At(Math.Max(clock.True, truth.Frames[connection.Next].SentAt + connection.Latency), () => Receive(connection));
    }

    private void Arrive(ModelConnection connection, WireEvent sent)
    {
        var owner = connection.Process;
        if (faults.IsOutage(sent.SentAt))
        {
            NoteLost(connection, sent);
            return;
        }

        foreach (var fault in faults.FaultsOf(sent))
            switch (fault.Kind)
            {
                case FaultKind.Loss:
                    NoteLost(connection, sent);
                    return;
                case FaultKind.Garble:
                    owner.Note(sent, Way.Undecodable);
                    SendUndecodable(connection, fault.Amount, sent);
                    return;
                case FaultKind.Delay:
                    owner.Note(sent, Way.Delayed);
                    queue.At(clock.True + fault.Length, () => DeliverLate(connection, sent));
                    return;
                default:
                    queue.At(clock.True + fault.Length, () => DeliverLate(connection, sent));
                    break;
            }

        if (connection.Merges && sent.Stream.Merged.Count > 0)
            DeliverMerged(connection, sent);
        else
            Deliver(connection, sent, sent.Frame);
    }

    private static void NoteLost(ModelConnection connection, WireEvent sent)
    {
        connection.Process.Note(sent, Way.Lost);
        if (connection.Merges && sent.Stream.Merged.TryGetValue(sent, out var both))
            connection.Process.Note(sent.Stream.Chain[both.Place], Way.Lost);
    }

    /// <summary>Holds the first of two merged diffs until the second is sent; a last diff without a second is never delivered.</summary>
    private void DeliverMerged(ModelConnection connection, WireEvent sent)
    {
        if (!sent.Stream.Merged.TryGetValue(sent, out var both))
            return;
        foreach (var part in sent.Stream.Chain.GetRange(both.Place, 2))
            connection.Process.Note(part, UnwantedMarkets.Contains(sent.Stream.Plan.Market) ? Way.Unwanted : Way.Received);
        Deliver(connection, both, both.Frame);
    }

    private void DeliverLate(ModelConnection connection, WireEvent sent)
    {
        if (connection.ClosedAt == long.MaxValue)
            Deliver(connection, sent, sent.Frame);
        else
            connection.Process.Note(sent, Way.Cut);
    }

    private void Deliver(ModelConnection connection, WireEvent sent, byte[] frame, bool replayed = false)
    {
        var ignored = UnwantedMarkets.Contains(sent.Stream.Plan.Market);
        if (!replayed)
            connection.Process.Note(sent, ignored ? Way.Unwanted : Way.Received);
        if (!connection.Process.Known.Contains(sent.Stream.Plan.Market))
            return; // no subscription of the process requested it
        PassToLane(connection, frame, new(DeliveryKind.Event, connection, clock.True, clock.Local, sent.Ts)
        {
            Event = sent,
            Stream = sent.Stream,
            Replayed = replayed,
            Ignored = ignored,
        });
    }

    /// <summary>Sends frames that cannot be decoded.</summary>
    public void SendGarbage(ModelConnection connection, Fault fault)
    {
        for (var count = 0; count < fault.Count; count++)
            SendUndecodable(connection, fault.Amount, null);
    }

    private void SendUndecodable(ModelConnection connection, long form, WireEvent? sent)
    {
        var stream = sent?.Stream ?? truth.Streams[0];
        byte[] frame = form switch
        {
            0 => [0xff, 0x00, 0x7b],
            1 => sent?.Frame[..(sent.Frame.Length / 2)] ?? "{\"k\":"u8.ToArray(),
            2 => Encoding.UTF8.GetBytes($"{{\"k\":\"?\",\"s\":\"{stream.Symbol}\",\"x\":5}}"),
            _ => "{\"k\":\"?\",\"x\":5}"u8.ToArray(),
        };
        PassToLane(connection, frame, new(DeliveryKind.Undecodable, connection, clock.True, clock.Local, null) { Event = sent, Stream = form == 2 ? stream : null });
    }

    private void PassToLane(ModelConnection connection, byte[] frame, Delivery delivery)
    {
        connection.Process.Deliveries.Add(delivery with { ReachedTime = connection.ReachedTime });
        if (delivery.Ts is { } micros && !delivery.Replayed && micros <= Math.Max(delivery.Local, delivery.True) + 30 * Second)
            connection.ReachedTime = Math.Max(connection.ReachedTime, micros);
        connection.Feed.Receive(frame);
    }

    /// <summary>Sends a heartbeat.</summary>
    public void SendHeartbeat(ModelConnection connection, long micros)
    {
        if (connection.ClosedAt == long.MaxValue)
            PassToLane(connection, Encoding.UTF8.GetBytes($"{{\"k\":\"h\",\"x\":{micros}}}"), new(DeliveryKind.Heartbeat, connection, clock.True, clock.Local, micros));
    }
}
