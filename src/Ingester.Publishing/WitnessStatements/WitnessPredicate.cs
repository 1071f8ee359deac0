namespace Ingester.Publishing.WitnessStatements;

/// <summary>What a witness statement says.</summary>
internal sealed record WitnessPredicate
{
    /// <summary>Version of these fields.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The certified day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The page that describes the exchange's files.</summary>
    public required string Source { get; init; }

    /// <summary>The compared markets, in ordinal order.</summary>
    public required IReadOnlyList<WitnessedStream> Streams { get; init; }
}
