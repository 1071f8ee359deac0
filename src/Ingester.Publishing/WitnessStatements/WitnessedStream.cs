using System.Text.Json.Serialization;
using Ingester.Publishing.Witnesses;

namespace Ingester.Publishing.WitnessStatements;

/// <summary>The comparison of one market in a witness statement.</summary>
internal sealed record WitnessedStream
{
    /// <summary>The market.</summary>
    public required string Pair { get; init; }

    /// <summary>The verdict.</summary>
    public required WitnessVerdict Verdict { get; init; }

    /// <summary>Why the file is no witness; otherwise null.</summary>
    public string? Reason { get; init; }

    /// <summary>Name of the file.</summary>
    public required string File { get; init; }

    /// <summary>Its SHA-256; null if there is no file.</summary>
    public string? Sha256 { get; init; }

    /// <summary>When the exchange last changed it; null if unknown.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>The SHA-256 of the file that the exchange has replaced with this one, as an earlier statement names it; absent if there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReplacedSha256 { get; init; }

    /// <summary>Start of the compared time, microseconds since 1970 UTC.</summary>
    public required long From { get; init; }

    /// <summary>End of the compared time, exclusive.</summary>
    public required long To { get; init; }

    /// <summary>Number of trades in the file.</summary>
    public required long Rows { get; init; }

    /// <summary>Number of trades that both have, with the same content.</summary>
    public required long Same { get; init; }

    /// <summary>Number of trades that only the store has.</summary>
    public required long OnlyOurs { get; init; }

    /// <summary>Number of trades that only the file has.</summary>
    public required long OnlyTheirs { get; init; }

    /// <summary>Number of trades that differ.</summary>
    public required long Different { get; init; }

    /// <summary>Number of trades that the exchange leaves out of its files.</summary>
    public required long LeftOut { get; init; }

    /// <summary>The entry of a report.</summary>
    public static WitnessedStream Of(WitnessReport report) => new()
    {
        Pair = report.Stream.Market,
        Verdict = report.Verdict,
        Reason = report.Reason,
        File = report.File,
        Sha256 = report.Sha256,
        LastModified = report.LastModified,
        ReplacedSha256 = report.Earlier?.Sha256,
        From = report.FromMicros,
        To = report.ToMicros,
        Rows = report.Rows,
        Same = report.Same,
        OnlyOurs = report.OnlyOurs.Count,
        OnlyTheirs = report.OnlyTheirs.Count,
        Different = report.Different,
        LeftOut = report.LeftOut,
    };
}
