using Ingester.Core.Markets;

namespace Ingester.Publishing.Witnesses;

/// <summary>The comparison of a stream's day with the file that the exchange publishes.</summary>
internal sealed record WitnessReport
{
    /// <summary>The stream.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>The day, as the exchange divides days.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Start of the compared time, microseconds since 1970 UTC.</summary>
    public required long FromMicros { get; init; }

    /// <summary>End of the compared time, exclusive.</summary>
    public required long ToMicros { get; init; }

    /// <summary>Name of the file.</summary>
    public required string File { get; init; }

    /// <summary>Where it was downloaded from; null if it was given.</summary>
    public Uri? Address { get; init; }

    /// <summary>The SHA-256 of the file in lower case hex; null if there is no file.</summary>
    public string? Sha256 { get; init; }

    /// <summary>When the exchange last changed the file, as its server says; null if unknown.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>What the newest earlier statement about another file of this market and day says; null if there is none.</summary>
    public EarlierWitness? Earlier { get; init; }

    /// <summary>True if the file is another one than in all earlier statements, so the exchange has replaced it since then.</summary>
    public bool IsReplaced { get; init; }

    /// <summary>True if the exchange's own checksum matches; null if it publishes none, or none was found. It proves the download, not that the file is complete.</summary>
    public bool? ChecksumMatches { get; init; }

    /// <summary>The verdict.</summary>
    public required WitnessVerdict Verdict { get; init; }

    /// <summary>Why the file is no witness; otherwise null.</summary>
    public string? Reason { get; init; }

    /// <summary>True if trades were joined by their ids; false if by time, price, size and side.</summary>
    public bool JoinedById { get; init; }

    /// <summary>Number of trades in the file.</summary>
    public long Rows { get; init; }

    /// <summary>Number of trades that both have, with the same content.</summary>
    public long Same { get; init; }

    /// <summary>True if the store's own proofs cover the whole day.</summary>
    public bool IsProven { get; init; }

    /// <summary>Trades that only the store has.</summary>
    public TradeRanges OnlyOurs { get; init; } = new();

    /// <summary>Trades that only the file has.</summary>
    public TradeRanges OnlyTheirs { get; init; } = new();

    /// <summary>Number of trades of the store that were not matched in the order book and are therefore not in the file (insurance fund, ADL, block trades).</summary>
    public long LeftOut { get; init; }

    /// <summary>Number of trades that one of both has more than once.</summary>
    public long Repeated { get; init; }

    /// <summary>Number of trades that differ.</summary>
    public long Different { get; init; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<TradeDifference> Differences { get; init; } = [];
}
