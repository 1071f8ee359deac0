using System;
using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Recording.Lanes;
using Microsoft.Extensions.Logging.Abstractions;
using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <summary>Runs one replica through a schedule: real lanes, the model's frames, clocks and faults. It keeps what was received and what is stored.</summary>
internal sealed class ReplicaRun : INoticeListener
{
    private const int LongestRotation = 12; // seconds: afterwards the older connection ends whatever may be lost

    private static readonly IngesterMeter Meter = new();
    private static readonly LaneEvents LaneLog = new(Meter, NullLogger<LaneEvents>.Instance);
    private static readonly SegmentEvents SegmentLog = new(Meter, NullLogger<SegmentEvents>.Instance);

    private readonly Truth truth;
    private readonly Schedule schedule;
    private readonly int number;
    private readonly Random random;
    private readonly ModelClock clock = new();
    private readonly SegmentContext context;
    private readonly PriorityQueue<Action, (long At, int Order)> queue = new();
    private readonly List<ModelConnection> open = [];
    private readonly Dictionary<WireEvent, List<Fault>> onTheWay = [];
    private readonly List<(long From, long Until)> outages = [];
    private readonly HashSet<int> unwanted = [];
    private ModelProcess? process;
    private int order;
    private long nextBeat;

    public ReplicaRun(Truth truth, int number)
    {
        (this.truth, schedule, this.number) = (truth, truth.Schedule, number);
        random = new(schedule.Seed * 97 + number);
        Output = new(clock);
        var options = new SegmentOptions();
        options.Windows.Add(new() { Minutes = schedule.Windows.Before });
        if (schedule.Windows.After != schedule.Windows.Before)
            options.Windows.Add(new() { Minutes = schedule.Windows.After, From = DateTimeOffset.UnixEpoch.AddTicks(schedule.NextHour * 10) });
        context = new(options, Output, SegmentLog);
        foreach (var fault in schedule.Faults.Where(fault => !fault.AtExchange && fault.Replica == number))
            Plan(fault);
    }

    /// <summary>What is stored.</summary>
    public ModelOutput Output { get; }

    /// <summary>Its processes, in order.</summary>
    public List<ModelProcess> Processes { get; } = [];

    /// <summary>Its number.</summary>
    public int Number => number;

    /// <summary>The times at which its local clock is wrong.</summary>
    public bool ClockIsWrong => schedule.Faults.Any(fault => fault.Kind == FaultKind.Clock && fault.Replica == number);

    private IExchange Exchange => schedule.Numbered ? ModelExchange.Numbered : ModelExchange.Unnumbered;

    /// <summary>Runs to the schedule's end.</summary>
    public void Run()
    {
        var begin = schedule.Start - 70 * Second + random.NextInt64(100 * Second);
        (clock.True, nextBeat) = (begin, begin);
        At(begin, Begin);
        At(begin, Tick);
        At(begin, Beat);
        var end = schedule.Start + schedule.Length;
        while (queue.TryDequeue(out var action, out var when) && when.At < end)
        {
            clock.True = when.At;
            action();
        }

        clock.True = end;
        End(killed: false);
    }

    /// <inheritdoc/>
    void INoticeListener.OnNotice(in Notice notice)
    {
        // The model answers nothing.
    }

    /// <inheritdoc/>
    void INoticeListener.Resubscribe(Subscription stream)
    {
        if (open.Count > 0 && open[^1] is var connection && !schedule.Numbered && stream.Dataset == Dataset.Depth)
            At(clock.True + connection.Latency, () => SendBook(connection, truth.Streams.First(known => known.Plan.Dataset == Dataset.Depth && known.Market == stream.Market.Name)));
    }

    private void At(long when, Action action) => queue.Enqueue(action, (when, order++));

    private void Plan(Fault fault)
    {
        var at = truth.When(fault);
        switch (fault.Kind)
        {
            case FaultKind.Loss or FaultKind.Duplicate or FaultKind.Delay or FaultKind.Garble:
                if (fault.Stream >= truth.Streams.Count)
                    return;
                foreach (var sent in truth.Streams[fault.Stream].Sent.Skip(fault.Index).Take(fault.Kind == FaultKind.Delay ? 1 : fault.Count))
                    (onTheWay.TryGetValue(sent, out var known) ? known : onTheWay[sent] = []).Add(fault);
                break;
            case FaultKind.Outage: outages.Add((at, at + fault.Length)); break;
            case FaultKind.Garbage: At(at, () => Garbage(fault)); break;
            case FaultKind.Disconnect: At(at, () => Disconnect(fault.Length)); break;
            case FaultKind.Rotate: At(at, () => Rotate(fault.Length)); break;
            case FaultKind.Restart: At(at, () => Restart(fault.Length, killed: false)); break;
            case FaultKind.Kill: At(at, () => Restart(fault.Length, killed: true)); break;
            case FaultKind.Clock:
                At(at, () => clock.Offset += fault.Amount);
                At(at + fault.Length, () => clock.Offset -= fault.Amount);
                break;
            case FaultKind.Remove:
                At(at, () => Want(fault.Stream, false));
                At(at + fault.Length, () => Want(fault.Stream, true));
                break;
            default: break;
        }
    }

    private IEnumerable<Subscription> Subscriptions(int? market = null) =>
        from stream in truth.Streams
        where market is null ? !unwanted.Contains(stream.Plan.Market) : stream.Plan.Market == market
        select new Subscription(stream.Plan.Dataset, new(stream.Market, stream.Symbol));

    private void Begin()
    {
        if (process is not null)
            return;
        process = new() { Number = Processes.Count, StartedAt = clock.True, Lane = new(Exchange, context, LaneLog, clock) };
        Output.Process = process.Number;
        Processes.Add(process);
        process.Lane.Add([.. Subscriptions()]);
        process.Known.UnionWith(truth.Streams.Select(stream => stream.Plan.Market).Except(unwanted));
        Open();
    }

    private void Restart(long down, bool killed)
    {
        if (process is null)
            return;
        End(killed);
        At(clock.True + down, Begin);
    }

    private void End(bool killed)
    {
        if (process is not { } ending)
            return;
        foreach (var connection in open.ToList())
            Close(connection, dispose: !killed);
        Output.Killed = killed;
        ending.Lane.Close();
        Output.Killed = false;
        (ending.EndedAt, ending.Killed, process) = (clock.True, killed, null);
    }

    private ModelConnection Open()
    {
        var connection = new ModelConnection { Process = process!, Latency = 1_000 + random.NextInt64(300_000), Merges = random.Next(2) == 0, Feed = process!.Lane.OpenFeed(this) };
        open.Add(connection);
        At(clock.True + 100_000 + random.NextInt64(400_000), () => Subscribe(connection));
        return connection;
    }

    private void Close(ModelConnection connection, bool dispose = true)
    {
        open.Remove(connection);
        connection.ClosedAt = clock.True;
        for (; connection.SubscribedAt <= clock.True && connection.Next < truth.Frames.Count && truth.Frames[connection.Next].SentAt <= clock.True; connection.Next++)
            connection.Process.Note(truth.Frames[connection.Next], Way.Cut);
        if (dispose)
            connection.Feed.Dispose();
    }

    private void Disconnect(long down)
    {
        if (open.Count == 0)
            return;
        foreach (var connection in open.ToList())
            Close(connection);
        Reconnect(process!, clock.True + down);
    }

    private void Reconnect(ModelProcess owner, long when) => At(when, () =>
    {
        if (process == owner && open.Count == 0)
            Open();
    });

    private void Rotate(long overlap)
    {
        if (open.Count != 1)
            return;
        var older = open[0];
        var newer = Open();
        if (overlap < 0)
            newer.Replaces = clock.True + 3 * Second;
        else
            At(clock.True + overlap, () => CloseOlder(older));
    }

    private void CloseOlder(ModelConnection older)
    {
        if (older.ClosedAt == long.MaxValue && process == older.Process)
            Close(older);
    }

    private void Want(int market, bool wanted)
    {
        if (wanted ? !unwanted.Remove(market) : !unwanted.Add(market))
            return;
        if (process is not { } running)
            return;
        List<Subscription> streams = [.. Subscriptions(market)];
        if (wanted)
            running.Known.Add(market);
        if (wanted)
            running.Lane.Add(streams);
        else
            running.Lane.Remove(streams);
        if (wanted)
            foreach (var connection in open.Where(connection => connection.SubscribedAt <= clock.True))
                connection.Feed.OnSubscribed(streams);
    }

    private void Subscribe(ModelConnection connection)
    {
        if (connection.ClosedAt < long.MaxValue)
            return;
        connection.SubscribedAt = clock.True;
        connection.Next = truth.Frames.FindIndex(sent => sent.SentAt >= clock.True);
        if (connection.Next < 0)
            connection.Next = truth.Frames.Count;
        var came = clock.True + connection.Latency;
        At(came, () => Acknowledge(connection));
        At(came + 1, () => Receive(connection));
    }

    private void Acknowledge(ModelConnection connection)
    {
        if (connection.ClosedAt < long.MaxValue)
            return;
        connection.Feed.OnSubscribed([.. Subscriptions()]);
        foreach (var stream in truth.Streams)
        {
            if (!schedule.Numbered && stream.Plan.Dataset == Dataset.Depth)
                SendBook(connection, stream);
            if (stream.Plan.Dataset == Dataset.Trades)
                foreach (var sent in stream.Sent.TakeWhile(sent => sent.SentAt < connection.SubscribedAt).TakeLast(schedule.Replayed))
                    Deliver(connection, sent, sent.ReplayedFrame(), replayed: true);
        }
    }

    private void SendBook(ModelConnection connection, TruthStream stream)
    {
        if (connection.ClosedAt < long.MaxValue || unwanted.Contains(stream.Plan.Market))
            return;
        var micros = clock.True - connection.Latency + truth.ShiftAt(clock.True);
        var time = schedule.TimedBooks ? $",\"x\":{micros}" : "";
        Hand(connection, Encoding.UTF8.GetBytes($"{{\"k\":\"b\",\"s\":\"{stream.Symbol}\"{time},\"n\":7}}"),
            new(DeliveryKind.Book, connection, clock.True, clock.Local, schedule.TimedBooks ? micros : null) { Stream = stream });
    }

    /// <summary>The next frame of the exchange comes.</summary>
    private void Receive(ModelConnection connection)
    {
        if (connection.ClosedAt < long.MaxValue)
            return;
        for (; connection.Next < truth.Frames.Count && truth.Frames[connection.Next].SentAt + connection.Latency <= clock.True; connection.Next++)
            Take(connection, truth.Frames[connection.Next]);
        if (connection.Next < truth.Frames.Count)
            At(Math.Max(clock.True, truth.Frames[connection.Next].SentAt + connection.Latency), () => Receive(connection));
    }

    private void Take(ModelConnection connection, WireEvent sent)
    {
        var owner = connection.Process;
        if (outages.Exists(outage => sent.SentAt >= outage.From && sent.SentAt < outage.Until))
        {
            NoteLost(connection, sent);
            return;
        }

        foreach (var fault in onTheWay.TryGetValue(sent, out var faults) ? faults : [])
            switch (fault.Kind)
            {
                case FaultKind.Loss:
                    NoteLost(connection, sent);
                    return;
                case FaultKind.Garble:
                    owner.Note(sent, Way.Undecodable);
                    Undecodable(connection, fault.Amount, sent);
                    return;
                case FaultKind.Delay:
                    owner.Note(sent, Way.Delayed);
                    At(clock.True + fault.Length, () => DeliverLate(connection, sent));
                    return;
                default:
                    At(clock.True + fault.Length, () => DeliverLate(connection, sent));
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

    /// <summary>The first of two diffs waits for the second; a last one without a second never comes.</summary>
    private void DeliverMerged(ModelConnection connection, WireEvent sent)
    {
        if (!sent.Stream.Merged.TryGetValue(sent, out var both))
            return;
        foreach (var part in sent.Stream.Chain.GetRange(both.Place, 2))
            connection.Process.Note(part, unwanted.Contains(sent.Stream.Plan.Market) ? Way.Unwanted : Way.Received);
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
        var ignored = unwanted.Contains(sent.Stream.Plan.Market);
        if (!replayed)
            connection.Process.Note(sent, ignored ? Way.Unwanted : Way.Received);
        if (!connection.Process.Known.Contains(sent.Stream.Plan.Market))
            return; // it was not asked for
        Hand(connection, frame, new(DeliveryKind.Event, connection, clock.True, clock.Local, sent.Ts)
        {
            Event = sent,
            Stream = sent.Stream,
            Replayed = replayed,
            Ignored = ignored,
        });
    }

    private void Garbage(Fault fault)
    {
        if (open.Count > 0 && open[0].SubscribedAt < clock.True)
            for (var count = 0; count < fault.Count; count++)
                Undecodable(open[0], fault.Amount, null);
    }

    private void Undecodable(ModelConnection connection, long how, WireEvent? sent)
    {
        var stream = sent?.Stream ?? truth.Streams[0];
        byte[] frame = how switch
        {
            0 => [0xff, 0x00, 0x7b],
            1 => sent?.Frame[..(sent.Frame.Length / 2)] ?? "{\"k\":"u8.ToArray(),
            2 => Encoding.UTF8.GetBytes($"{{\"k\":\"?\",\"s\":\"{stream.Symbol}\",\"x\":5}}"),
            _ => "{\"k\":\"?\",\"x\":5}"u8.ToArray(),
        };
        Hand(connection, frame, new(DeliveryKind.Undecodable, connection, clock.True, clock.Local, null) { Event = sent, Stream = how == 2 ? stream : null });
    }

    private void Hand(ModelConnection connection, byte[] frame, Delivery delivery)
    {
        connection.Process.Deliveries.Add(delivery with { Heard = connection.Heard });
        if (delivery.Ts is { } micros && !delivery.Replayed && micros <= Math.Max(delivery.Local, delivery.True) + 30 * Second)
            connection.Heard = Math.Max(connection.Heard, micros);
        connection.Feed.Receive(frame);
    }

    private void Beat()
    {
        nextBeat += schedule.Heartbeat;
        At(nextBeat, Beat);
        var (sentAt, micros) = (clock.True, clock.True + truth.ShiftAt(clock.True));
        if (outages.Exists(outage => sentAt >= outage.From && sentAt < outage.Until))
            return;
        foreach (var connection in open)
            if (connection.SubscribedAt <= sentAt)
                At(sentAt + connection.Latency, () => HeartBeat(connection, micros));
    }

    private void HeartBeat(ModelConnection connection, long micros)
    {
        if (connection.ClosedAt == long.MaxValue)
            Hand(connection, Encoding.UTF8.GetBytes($"{{\"k\":\"h\",\"x\":{micros}}}"), new(DeliveryKind.Heartbeat, connection, clock.True, clock.Local, micros));
    }

    private void Tick()
    {
        At(clock.True + Second, Tick);
        if (process is null)
            return;
        process.Lane.Tick();
        if (open is [var older, { Replaces: { } from } newer] && clock.True >= from
            && (newer.Feed.Takeover == TakeoverReadiness.Ready || clock.True >= from + LongestRotation * Second))
            Close(older);
    }
}
