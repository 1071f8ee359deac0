using Ingester.Publishing.Statements;

namespace Ingester.Publishing.DataExchange;

/// <summary>What was done with a day of a data source.</summary>
internal sealed record DataExchangeOutcome
{
    /// <summary>The data source.</summary>
    public required DataSource Source { get; init; }

    /// <summary>The revision of the data set.</summary>
    public required string RevisionId { get; init; }

    /// <summary>The revision of the certificate.</summary>
    public required int Certificate { get; init; }

    /// <summary>The condition of the day.</summary>
    public required Condition Condition { get; init; }

    /// <summary>Number of assets.</summary>
    public required int Assets { get; init; }

    /// <summary>Number of import jobs that this run started.</summary>
    public required int Jobs { get; init; }

    /// <summary>False if the revision was finalized before.</summary>
    public required bool IsNew { get; init; }

    /// <summary>The finalized revisions of the day that this one replaced.</summary>
    public required IReadOnlyList<string> Replaced { get; init; }

    /// <summary>True if this run notified the subscribers that the day was replaced.</summary>
    public required bool Notified { get; init; }
}
