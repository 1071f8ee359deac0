using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Recording;
using Ingester.Reading.Auditing;
using Ingester.Simulator;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Store;
using Ingester.Status;

namespace Ingester.Integration.Tests.Chaos;

/// <summary>
/// Two replicas of the real program against simulated exchanges and an S3 emulator, while a seeded schedule strikes replicas and streams, one after the
/// other, and the store at the same time. Spools are so small that an outage fills them, so that a replica that is stopped then leaves something behind:
/// the next strike waits until the store has everything again, and what one replica lost the other still has.
/// </summary>
internal sealed class ChaosRun(ChaosOptions options) : IDisposable
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(6); // three windows: long enough for either replica to store what the other may lose
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(10);
    private const int SpoolBytes = 256 << 10;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Names = ["a", "b"];

    private readonly Random random = new(options.Seed);
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-chaos-").FullName;
    private readonly ClockOptions clockOptions = new() { Epoch = TimeProvider.System.GetUtcNow(), Rate = options.Rate };
    private readonly Dictionary<string, ReplicaProcess> replicas = new(StringComparer.Ordinal);
    private readonly HashSet<StreamId> disordered = [];

    private TimeProvider clock = TimeProvider.System;
    private bool passed;

    /// <summary>Streams whose numbering, times or unnumbered order were broken: windows mean nothing there, rows do.</summary>
    public IReadOnlySet<StreamId> Disordered => disordered;

    /// <summary>Runs the schedule and judges the store; every fault in words, none when all is well.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancel)
    {
        options.Say($"Chaos with seed {options.Seed}: {options.Strikes} strikes.");
        clock = SimulatedClock.Create(clockOptions);
        var began = clock.GetUtcNow();
        await using var proxy = await StoreProxy.StartAsync(options.Store);
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Markets = options.Markets, EventsPerSecond = options.EventsPerSecond, MarketSkew = 0, Seed = options.Seed, EnforceLimits = false }, clock);
        foreach (var name in Names)
            replicas[name] = Start(name, simulator, proxy, new());
        await ReadyAsync(cancel);
        await Task.Delay(Settled, cancel);

        for (var strike = 0; strike < options.Strikes; strike++)
        {
            Befall(proxy, Pick<StoreStrike>());
            await StrikeAsync(Pick<Strike>(), simulator, proxy, cancel);
            await Task.Delay(Settled, cancel);
            proxy.ClearFaults();
            await ReadyAsync(cancel);
            await UntilAsync(status => status is { BacklogAgeSeconds: < 60, SpoolFiles: 0 }, cancel);
        }

        simulator.StopGenerating();
        await UntilAsync(status => status is { BacklogObjects: 0, SpoolFiles: 0 }, cancel);
        var exits = await Task.WhenAll(replicas.Values.Select(replica => replica.StopAsync(cancel)));
        var period = new AuditScope { From = began - MostSkew, To = clock.GetUtcNow() + MostSkew };
        IReadOnlyList<string> faults = await new ChaosJudge(simulator, disordered, options).JudgeAsync(period, cancel);
        if (exits.Any(exit => exit != 0))
            faults = [.. faults, $"a replica did not store everything: exit codes {string.Join(", ", exits)}"];
        passed = faults.Count == 0;
        return faults;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var replica in replicas.Values)
            replica.Dispose();
        if (passed)
            Directory.Delete(folder, recursive: true);
        else
            options.Say($"What the replicas logged is kept in {folder}.");
    }

    private async Task StrikeAsync(Strike strike, ExchangeSimulator simulator, StoreProxy proxy, CancellationToken cancel)
    {
        var exchange = Pick(simulator.Exchanges.ToList());
        var stream = new StreamId(random.Next(2) == 0 ? Dataset.Trades : Dataset.Depth, exchange, Pick(simulator.Markets(exchange).ToList()).Name);
        var replica = Pick(Names);
        options.Say($"  {clock.GetUtcNow():HH:mm:ss} {strike}: {(strike <= Strike.RestartWithJumpingClock ? $"replica {replica}" : strike is Strike.CutConnections or Strike.CutInsideFrame or Strike.StallConnection or Strike.RefuseConnects ? exchange : stream)}");
        switch (strike)
        {
            case Strike.KillReplica:
                await replicas[replica].KillAsync(cancel);
                await RestartAsync(replica, simulator, proxy, new());
                break;
            case Strike.StopReplica:
                await replicas[replica].StopAsync(cancel);
                await RestartAsync(replica, simulator, proxy, new());
                break;
            case Strike.RestartWithSkewedClock:
                await replicas[replica].StopAsync(cancel);
                await RestartAsync(replica, simulator, proxy, new() { Offset = Skew() });
                break;
            case Strike.RestartWithJumpingClock:
                await replicas[replica].StopAsync(cancel);
                await RestartAsync(replica, simulator, proxy, new() { Jump = Skew(), JumpAt = clock.GetUtcNow() + Settled / 2 * options.Rate });
                break;
            case Strike.CutConnections or Strike.CutInsideFrame:
                simulator.Cut(exchange, insideFrame: strike == Strike.CutInsideFrame);
                break;
            case Strike.StallConnection:
                simulator.Stall(exchange, Pick(simulator.Connections(exchange).ToList()).Id, TimeSpan.FromSeconds(random.Next(5, 90)));
                break;
            case Strike.RefuseConnects:
                simulator.Refuse(exchange, TimeSpan.FromSeconds(20));
                simulator.Cut(exchange);
                break;
            default:
                Inject(strike, stream, simulator);
                break;
        }
    }

    private void Inject(Strike strike, StreamId stream, ExchangeSimulator simulator)
    {
        var counted = simulator.Truth(stream).Any(row => row.UpTo is not null);
        if (strike is Strike.ResetNumbering or Strike.AbsurdTime || (strike == Strike.ReorderEvents && !counted))
            disordered.Add(stream);
        simulator.Inject(stream, strike switch
        {
            Strike.MuteStream => new(InjectedFaultKind.Mute) { Duration = TimeSpan.FromSeconds(random.Next(5, 60)) },
            Strike.DropEvents => new(InjectedFaultKind.Drop) { Count = random.Next(1, 20) },
            Strike.RepeatEvents => new(InjectedFaultKind.Repeat) { Count = random.Next(1, 10) },
            Strike.ReorderEvents => new(InjectedFaultKind.Reorder) { Count = random.Next(1, 5) },
            Strike.SendGarbage => new(InjectedFaultKind.Garbage) { Count = random.Next(1, 5), Garbage = Pick<GarbageKind>() },
            Strike.ResetNumbering => new(InjectedFaultKind.Reset),
            _ => new(InjectedFaultKind.AbsurdTime) { Micros = random.Next(2) == 0 ? 4_102_444_800_000_000 : 1_000_000_000 },
        });
    }

    private void Befall(StoreProxy proxy, StoreStrike strike)
    {
        options.Say($"  store: {strike}");
        switch (strike)
        {
            case StoreStrike.Slow: proxy.Delay(TimeSpan.FromMilliseconds(random.Next(50, 500))); break;
            case StoreStrike.Forbid: proxy.Refuse(403); break;
            case StoreStrike.Conflict: proxy.Refuse(409); break;
            case StoreStrike.PretendTaken: proxy.AddFault(new() { Kind = StoreFaultKind.Refusal, Status = 412, Method = "PUT", Count = random.Next(1, 30) }); break;
            case StoreStrike.Overload: proxy.Refuse(503); break;
            case StoreStrike.LoseAnswers: proxy.AddFault(new() { Kind = StoreFaultKind.LostResponse, Method = "PUT", Count = random.Next(1, 30) }); break;
            case StoreStrike.Hang: proxy.Hang(); break;
            case StoreStrike.Vanish: proxy.BecomeUnreachable(); break;
            default: break;
        }
    }

    private TimeSpan Skew() => TimeSpan.FromSeconds(random.Next(-(int)MostSkew.TotalSeconds, (int)MostSkew.TotalSeconds));

    private async Task RestartAsync(string name, ExchangeSimulator simulator, StoreProxy proxy, ClockOptions wrong)
    {
        replicas[name].Dispose();
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 2_000)));
        replicas[name] = Start(name, simulator, proxy, wrong);
    }

    private ReplicaProcess Start(string name, ExchangeSimulator simulator, StoreProxy proxy, ClockOptions wrong)
    {
        (wrong.Epoch, wrong.Rate) = (clockOptions.Epoch, clockOptions.Rate);
        var path = ReplicaFile.Write(folder, simulator, wrong, new
        {
            Replicas = Names,
            StopTimeout = "00:00:25", // the default: an outage outlasts it
            Store = new { S3 = new { options.Bucket, Region = "us-east-1", ServiceUrl = proxy.Url, ForcePathStyle = true, Timeout = "00:00:02" } },
            Storage = new { ReplicaStagger = "00:00:20", Spool = new { Directory = Path.Combine(folder, $"spool-{name}"), MaxBytes = SpoolBytes } },
            Internal = new { Connections = new { BackoffBase = "00:00:00.100", BackoffCap = "00:00:01", HoldOff = "00:00:01" } },
        });
        return new(name, path, Path.Combine(folder, $"{name}.log"));
    }

    private async Task ReadyAsync(CancellationToken cancel)
    {
        foreach (var replica in replicas.Values)
            await replica.WaitUntilReadyAsync(cancel);
    }

    /// <summary>Waits until both replicas stand as they should, and says how they stand when they never do.</summary>
    private async Task UntilAsync(Func<RecorderStatus, bool> holds, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        foreach (var (name, replica) in replicas)
            for (RecorderStatus? status = null; status is null || !holds(status); status = await replica.GetStatusAsync(cancel))
            {
                Assert.True(TimeProvider.System.GetElapsedTime(began) < Recovery, $"Replica {name} has not caught up within {Recovery}: {status}");
                await Task.Delay(Poll, cancel);
            }
    }

    private T Pick<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    private T Pick<T>()
        where T : struct, Enum => Pick(Enum.GetValues<T>());
}
