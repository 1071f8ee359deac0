using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Recording.Lanes;
using Microsoft.Extensions.Logging.Abstractions;
using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <summary>Runs one replica through a schedule: real lanes with the model's frames, clocks and faults. It keeps what was received and stored.</summary>
internal sealed class ReplicaRun : INoticeListener
{
    private const int LongestRotation = 12; // seconds; afterwards the older connection ends even if events may be lost

    private static readonly IngesterMeter Meter = new();
    private static readonly LaneEvents LaneLog = new(Meter, NullLogger<LaneEvents>.Instance);
    private static readonly SegmentEvents SegmentLog = new(Meter, NullLogger<SegmentEvents>.Instance);

    private readonly Truth truth;
    private readonly Schedule schedule;
    private readonly int number;
    private readonly Random random;
    private readonly ModelClock clock = new();
    private readonly SegmentContext context;
    private readonly EventQueue queue;
    private readonly NetworkFaults networkFaults;
    private readonly FrameDelivery delivery;
    private readonly List<ModelConnection> open = [];
    private ModelProcess? process;
    private long nextHeartbeat;

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
        var faults = schedule.Faults.Where(fault => !fault.AtExchange && fault.Replica == number).ToList();
        (queue, networkFaults) = (new(clock), new(truth, faults));
        delivery = new(truth, clock, queue, networkFaults);
        foreach (var fault in faults)
            Plan(fault);
    }

    /// <summary>The store of the replica.</summary>
    public ModelOutput Output { get; }

    /// <summary>Its processes, in order.</summary>
    public List<ModelProcess> Processes { get; } = [];

    /// <summary>Its number.</summary>
    public int Number => number;

    /// <summary>The times at which its local clock is wrong.</summary>
    public bool ClockIsWrong => schedule.Faults.Any(fault => fault.Kind == FaultKind.Clock && fault.Replica == number);

    private IExchange Exchange => schedule.Numbered ? ModelExchange.Numbered : ModelExchange.Unnumbered;

    /// <summary>Runs the complete schedule.</summary>
    public void Run()
    {
        var begin = schedule.Start - 70 * Second + random.NextInt64(100 * Second);
        (clock.True, nextHeartbeat) = (begin, begin);
        queue.At(begin, Begin);
        queue.At(begin, Tick);
        queue.At(begin, SendHeartbeats);
        queue.RunUntil(schedule.Start + schedule.Length);
        End(killed: false);
    }

    /// <inheritdoc/>
    void INoticeListener.OnNotice(in Notice notice)
    {
        // The exchange of the model answers no request.
    }

    /// <inheritdoc/>
    void INoticeListener.Resubscribe(Subscription stream)
    {
        if (open.Count > 0 && open[^1] is var connection && !schedule.Numbered && stream.Dataset == Dataset.Depth)
            queue.At(clock.True + connection.Latency, () => delivery.SendSnapshot(connection, truth.Streams.First(known => known.Plan.Dataset == Dataset.Depth && known.Market == stream.Market.Name)));
    }

    private void Plan(Fault fault)
    {
        var at = truth.When(fault);
        switch (fault.Kind)
        {
            case FaultKind.Garbage: queue.At(at, () => SendGarbage(fault)); break;
            case FaultKind.Disconnect: queue.At(at, () => Disconnect(fault.Length)); break;
            case FaultKind.Rotate: queue.At(at, () => Rotate(fault.Length)); break;
            case FaultKind.Restart: queue.At(at, () => Restart(fault.Length, killed: false)); break;
            case FaultKind.Kill: queue.At(at, () => Restart(fault.Length, killed: true)); break;
            case FaultKind.Clock:
                queue.At(at, () => clock.Offset += fault.Amount);
                queue.At(at + fault.Length, () => clock.Offset -= fault.Amount);
                break;
            case FaultKind.Remove:
                queue.At(at, () => Want(fault.Stream, false));
                queue.At(at + fault.Length, () => Want(fault.Stream, true));
                break;
            default: break;
        }
    }

    private void Begin()
    {
        if (process is not null)
            return;
        process = new(truth) { Number = Processes.Count, StartedAt = clock.True, Lane = new(Exchange, context, LaneLog, clock) };
        Output.Process = process.Number;
        Processes.Add(process);
        process.Lane.Add([.. delivery.Subscriptions()]);
        process.Known.UnionWith(truth.Streams.Select(stream => stream.Plan.Market).Except(delivery.UnwantedMarkets));
        Open();
    }

    private void Restart(long down, bool killed)
    {
        if (process is null)
            return;
        End(killed);
        queue.At(clock.True + down, Begin);
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
        queue.At(clock.True + 100_000 + random.NextInt64(400_000), () => delivery.Subscribe(connection));
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

    private void Reconnect(ModelProcess owner, long when) => queue.At(when, () =>
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
            queue.At(clock.True + overlap, () => CloseOlder(older));
    }

    private void CloseOlder(ModelConnection older)
    {
        if (older.ClosedAt == long.MaxValue && process == older.Process)
            Close(older);
    }

    private void Want(int market, bool isWanted)
    {
        if (isWanted ? !delivery.UnwantedMarkets.Remove(market) : !delivery.UnwantedMarkets.Add(market))
            return;
        if (process is not { } running)
            return;
        List<Subscription> streams = [.. delivery.Subscriptions(market)];
        if (isWanted)
            running.Known.Add(market);
        if (isWanted)
            running.Lane.Add(streams);
        else
            running.Lane.Remove(streams);
        if (isWanted)
            foreach (var connection in open.Where(connection => connection.SubscribedAt <= clock.True))
                connection.Feed.OnSubscribed(streams);
    }

    private void SendGarbage(Fault fault)
    {
        if (open.Count > 0 && open[0].SubscribedAt < clock.True)
            delivery.SendGarbage(open[0], fault);
    }

    private void SendHeartbeats()
    {
        nextHeartbeat += schedule.Heartbeat;
        queue.At(nextHeartbeat, SendHeartbeats);
        var (sentAt, micros) = (clock.True, clock.True + truth.ShiftAt(clock.True));
        if (networkFaults.IsOutage(sentAt))
            return;
        foreach (var connection in open)
            if (connection.SubscribedAt <= sentAt)
                queue.At(sentAt + connection.Latency, () => delivery.SendHeartbeat(connection, micros));
    }

    private void Tick()
    {
        queue.At(clock.True + Second, Tick);
        if (process is null)
            return;
        process.Lane.Tick();
        if (open is [var older, { Replaces: { } from } newer] && clock.True >= from
            && (newer.Feed.Takeover == TakeoverReadiness.Ready || clock.True >= from + LongestRotation * Second))
            Close(older);
    }
}
