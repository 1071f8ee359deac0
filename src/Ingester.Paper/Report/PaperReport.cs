namespace Ingester.Paper.Report;

/// <summary>The result of a run. Money is in quote units.</summary>
internal sealed record PaperReport
{
    /// <summary>The name of the JSON document, <c>paper-report-1</c>.</summary>
    public string Schema { get; init; } = "paper-report-1";

    /// <summary>The run.</summary>
    public required string Run { get; init; }

    /// <summary>Event time of the first line, microseconds UTC.</summary>
    public required long From { get; init; }

    /// <summary>Event time of the last line, microseconds UTC.</summary>
    public required long To { get; init; }

    /// <summary>True if the run ended in order.</summary>
    public required bool Ended { get; init; }

    /// <summary>Number of predictions.</summary>
    public required int Predictions { get; init; }

    /// <summary>Share of the predictions of a direction that the next bar confirmed; null without one.</summary>
    public required decimal? PredictionAccuracy { get; init; }

    /// <summary>Number of decisions by action: buy, sell, hold.</summary>
    public required IReadOnlyDictionary<string, int> Decisions { get; init; }

    /// <summary>Number of orders that the risk gate refused.</summary>
    public required int Refused { get; init; }

    /// <summary>Number of refusals by reason; one order can have several.</summary>
    public required IReadOnlyDictionary<string, int> Refusals { get; init; }

    /// <summary>Number of orders.</summary>
    public required int Orders { get; init; }

    /// <summary>Number of orders that the simulated exchange rejected.</summary>
    public required int Rejected { get; init; }

    /// <summary>Number of fills.</summary>
    public required int Fills { get; init; }

    /// <summary>Number of fills by what the data proves: proven, unproven, uncertain.</summary>
    public required IReadOnlyDictionary<string, int> Evidence { get; init; }

    /// <summary>The portfolio at the start.</summary>
    public required decimal StartValue { get; init; }

    /// <summary>The portfolio at the end.</summary>
    public required decimal EndValue { get; init; }

    /// <summary>The result: end minus start, after fees.</summary>
    public decimal Result => EndValue - StartValue;

    /// <summary>The result of what was bought and sold, after its fees.</summary>
    public required decimal ClosedResult { get; init; }

    /// <summary>The sum of all fees.</summary>
    public required decimal Fees { get; init; }

    /// <summary>The largest fall of the portfolio from an earlier maximum.</summary>
    public required decimal MaxDrawdown { get; init; }

    /// <summary>That fall as a share of the maximum.</summary>
    public required decimal MaxDrawdownShare { get; init; }

    /// <summary>Number of parts of purchases that were sold.</summary>
    public required int ClosedTrades { get; init; }

    /// <summary>Share of closed trades with a profit; null without one.</summary>
    public required decimal? HitRate { get; init; }

    /// <summary>The part of <see cref="ClosedResult"/> whose purchases and sales rest on proven data.</summary>
    public required decimal ProvenResult { get; init; }

    /// <summary>Share of the profits and losses, by their absolute values, that rests on proven data; null without a closed trade.</summary>
    public required decimal? ProvenShare { get; init; }

    /// <summary>True if the proofs are those of the store; false if they are what the run itself knew.</summary>
    public required bool HasStoreProofs { get; init; }

    /// <summary>Objects that could not be read, as sentences: the proofs may be worse than they are.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }

    /// <summary>The hash of the last block of the journal.</summary>
    public required string JournalHead { get; init; }
}
