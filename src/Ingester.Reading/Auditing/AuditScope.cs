using Ingester.Core.Markets;

namespace Ingester.Reading.Auditing;

/// <summary>The scope of an audit or a repair.</summary>
public sealed record AuditScope
{
    /// <summary>Start of the period.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>End of the period, exclusive.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The exchanges. Default: empty, which means all known exchanges.</summary>
    public IReadOnlyCollection<string> Exchanges { get; init; } = [];

    /// <summary>Pattern of the canonical market names; <c>*</c> and <c>?</c> are wildcards. Default: all markets.</summary>
    public string MarketPattern { get; init; } = "*";

    /// <summary>The datasets. Default: empty, which means all.</summary>
    public IReadOnlyCollection<Dataset> Datasets { get; init; } = [];

    /// <summary>Number of objects of the period that are opened and checked against their names, hashes and coverage. Default: none.</summary>
    public int SampleSize { get; init; }
}
