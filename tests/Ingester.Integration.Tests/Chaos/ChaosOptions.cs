namespace Ingester.Integration.Tests.Chaos;

/// <summary>How long and how wild a chaos run is.</summary>
internal sealed record ChaosOptions
{
    /// <summary>Decides every fault and its moment; the same seed gives the same schedule.</summary>
    public required int Seed { get; init; }

    /// <summary>How many faults strike replicas and streams, one after the other, while the store has its own.</summary>
    public required int Strikes { get; init; }

    /// <summary>The S3 emulator.</summary>
    public required Uri Store { get; init; }

    /// <summary>A bucket that nothing lies in.</summary>
    public required string Bucket { get; init; }

    /// <summary>Markets per exchange.</summary>
    public int Markets { get; init; } = 2;

    /// <summary>Events per exchange and real second.</summary>
    public double EventsPerSecond { get; init; } = 60;

    /// <summary>Exchange minutes that pass in a real one.</summary>
    public double Rate { get; init; } = 30;

    /// <summary>Where the run says what it does.</summary>
    public Action<string> Say { get; init; } = static _ => { };
}

/// <summary>What can strike replicas and streams.</summary>
internal enum Strike
{
    KillReplica,
    StopReplica,
    RestartWithSkewedClock,
    RestartWithJumpingClock,
    CutConnections,
    CutInsideFrame,
    StallConnection,
    MuteStream,
    DropEvents,
    RepeatEvents,
    ReorderEvents,
    SendGarbage,
    ResetNumbering,
    AbsurdTime,
    RefuseConnects,
}

/// <summary>What can befall the store.</summary>
internal enum StoreStrike
{
    Nothing,
    Slow,
    Forbid,
    Conflict,
    PretendTaken,
    Overload,
    LoseAnswers,
    Hang,
    Vanish,
}
