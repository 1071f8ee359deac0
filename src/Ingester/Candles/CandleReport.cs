using Ingester.Errors;
using Ingester.Schemas;

namespace Ingester.Candles;

/// <summary>The result of one run.</summary>
internal sealed record CandleReport
{
    /// <summary>The name of the schema of this document.</summary>
    public string Schema { get; init; } = OutputSchema.Candles;

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>Number of selected markets.</summary>
    public required int Markets { get; init; }

    /// <summary>Number of series: markets times lengths.</summary>
    public required int Series { get; init; }

    /// <summary>Number of series of which every finished candle was stored already.</summary>
    public required int UpToDate { get; init; }

    /// <summary>Number of objects written.</summary>
    public required int Objects { get; init; }

    /// <summary>Number of candles in these objects.</summary>
    public required long Candles { get; init; }

    /// <summary>Number of requests for candles, repeated ones included.</summary>
    public required long Requests { get; init; }

    /// <summary>Request weight of these requests.</summary>
    public required long Weight { get; init; }

    /// <summary>Duration in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>What failed, by market.</summary>
    public required IReadOnlyList<CandleFailure> Failures { get; init; }

    /// <summary>Success; incomplete when some series failed; failure when none succeeded.</summary>
    public int ExitCode => Failures.Count == 0 ? ExitCodes.Succeeded
        : Failures.Select(failure => (failure.Market, failure.Interval)).Distinct().Count() < Series ? ExitCodes.Incomplete
        : ExitCodes.Failed;
}
