using Ingester.Deriving.Objects;

namespace Ingester.Postgres.Loading;

/// <summary>What is loaded, and how.</summary>
internal sealed record LoadOptions
{
    /// <summary>The datasets. Default: all.</summary>
    public IReadOnlyCollection<DerivedDataset> Datasets { get; init; } = Enum.GetValues<DerivedDataset>();

    /// <summary>The exchanges; empty for all that the store has. Default: all.</summary>
    public IReadOnlyList<string> Exchanges { get; init; } = [];

    /// <summary>Connections to the database; each loads one exchange at a time. Default: 4.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>A transaction ends with the object with which it has this number of rows. Default: 200,000.</summary>
    public long BatchRows { get; init; } = 200_000;

    /// <summary>How often an hour is tried again while the database is not reachable. Default: 60 times, about ten minutes.</summary>
    public int MaxRetries { get; init; } = 60;

    /// <summary>Delay before the first retry; it doubles up to <see cref="MaxRetryDelay"/>. Default: half a second.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest delay between two attempts. Default: 10 s.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(10);
}
