using Ingester.Errors;
using Ingester.Schemas;

namespace Ingester.Checking;

/// <summary>The report of a check, as <c>report.json</c> holds it.</summary>
internal sealed record CheckReport
{
    /// <summary>The name of the schema of this document.</summary>
    public string Schema { get; init; } = OutputSchema.Check;

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The version of the protocol that the program speaks.</summary>
    public required string Protocol { get; init; }

    /// <summary>The version of the program.</summary>
    public required string Program { get; init; }

    /// <summary>The WebSocket addresses that were dialed.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>When recording began, UTC.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>How long it recorded, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>The verdict of the check: the worst of its parts.</summary>
    public CheckVerdict Verdict => Parts.Max(part => part.Verdict);

    /// <summary>The parts with their verdicts.</summary>
    public IReadOnlyList<CheckPart> Parts => [.. CheckJudge.Judge(this)];

    /// <summary>The market list.</summary>
    public required MarketListFacts MarketList { get; init; }

    /// <summary>The markets that were recorded, by name.</summary>
    public required IReadOnlyList<string> Markets { get; init; }

    /// <summary>The connections; null when nothing was recorded.</summary>
    public ConnectionFacts? Connections { get; init; }

    /// <summary>The frames; null when nothing was recorded.</summary>
    public FrameFacts? Frames { get; init; }

    /// <summary>The datasets; empty when nothing was recorded.</summary>
    public IReadOnlyList<DatasetFacts> Datasets { get; init; } = [];

    /// <summary>The books; null when nothing was recorded, or when the exchange has no order-book dataset.</summary>
    public BookFacts? Books { get; init; }

    /// <summary>True when the program expects checksums with the diffs.</summary>
    public required bool ExpectsChecksums { get; init; }

    /// <summary>The files of the raw recording, relative to the folder of the report.</summary>
    public IReadOnlyList<string> RawFiles { get; init; } = [];

    /// <summary>Messages that are missing in the raw recording because memory was full.</summary>
    public long RawDropped { get; init; }

    /// <summary>The warnings and errors of the recorder.</summary>
    public IReadOnlyList<LoggedWarning> Warnings { get; init; } = [];

    /// <summary>The exit code of the command.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int ExitCode => Verdict switch
    {
        CheckVerdict.Passed => ExitCodes.Succeeded,
        CheckVerdict.Unjudged => ExitCodes.Incomplete,
        _ => ExitCodes.Failed,
    };
}
