namespace Ingester.Postgres.Loading;

/// <summary>How the store is followed.</summary>
internal sealed record LoadFollowOptions
{
    /// <summary>Pause between two searches for new objects of this hour and the one before. Default: 15 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How far back later revisions are searched. Default: 48 hours, as far as <c>derive --follow</c> writes them.</summary>
    public TimeSpan LookBack { get; init; } = TimeSpan.FromHours(48);

    /// <summary>Pause between two searches of that length. Default: 1 hour.</summary>
    public TimeSpan RecheckInterval { get; init; } = TimeSpan.FromHours(1);
}
