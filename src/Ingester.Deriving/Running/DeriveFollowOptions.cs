namespace Ingester.Deriving.Running;

/// <summary>How the store is followed.</summary>
internal sealed record DeriveFollowOptions
{
    /// <summary>A minute is derived this long after its end. Default: 2 minutes; recorders store a minute within seconds after the hold time.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>An hour is compacted this long after its end. Default: 10 minutes.</summary>
    public TimeSpan CompactionDelay { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How far back changes are searched. Default: 48 hours.</summary>
    public TimeSpan LookBack { get; init; } = TimeSpan.FromHours(48);

    /// <summary>Pause between two searches for changes. Default: 1 hour.</summary>
    public TimeSpan RecheckInterval { get; init; } = TimeSpan.FromHours(1);
}
