using Ingester.Core.Status;

namespace Ingester.Tests.Core.Status;

/// <summary>States of recorders, written for tests.</summary>
internal static class SampleStates
{
    /// <summary>The moment of all samples.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 14, 31, 0, TimeSpan.Zero);

    /// <summary>A replica that records and stores everything.</summary>
    public static ReplicaState Replica(string name = "a") => new()
    {
        Name = name,
        Program = "1.0.0",
        Began = Now.AddHours(-1),
        At = Now,
        BacklogObjects = 0,
        OldestSeconds = 0,
        SpoolFiles = 0,
        SpoolBytes = 0,
        SpoolCorrupt = 0,
        SegmentsDropped = 0,
        WindowsDisputed = 0,
        GapsNotListed = 0,
    };

    /// <summary>An exchange with ten streams that are all recorded.</summary>
    public static ExchangeState Exchange(string name = "binance") => new()
    {
        Exchange = name,
        Markets = 5,
        ConnectionsWanted = 2,
        ConnectionsOpen = 2,
        StreamsWanted = 10,
        StreamsConfirmed = 10,
        StreamsHalted = 0,
        StreamsStalled = 0,
        Events = 1_000,
        EventsPerSecond = 100,
        LagP50 = 8,
        LagP99 = 32,
        BacklogObjects = 0,
        OldestSeconds = 0,
        Quarantined = 0,
        GapsDetected = 0,
        SnapshotsDue = 0,
        BudgetUsed = 0.1,
        Restarts = 0,
    };

    /// <summary>An open gap of five trades.</summary>
    public static GapState Gap(long id = 1, string pair = "BTC-USDT", string state = GapState.Open) => new()
    {
        Id = id,
        Exchange = "binance",
        Dataset = "trades",
        Pair = pair,
        After = 160,
        UpTo = 165,
        Missing = 5,
        From = 1_763_649_000_000_000,
        To = 1_763_649_001_000_000,
        Cause = "disconnect",
        State = state,
    };

    /// <summary>A recorder that has answered.</summary>
    public static RecorderView Recorder(string name = "a", IReadOnlyList<ExchangeState>? exchanges = null, IReadOnlyList<GapState>? gaps = null, ReplicaState? replica = null) =>
        new(new($"http://{name}:8080"), new(1, replica ?? Replica(name), exchanges ?? [Exchange()], gaps ?? []), Now, Fault: null);
}
