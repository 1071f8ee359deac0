using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Sequencing;
using Ingester.Exchanges;
using Ingester.Schemas;

namespace Ingester.Catalog;

/// <summary>What the program knows of an exchange, as <c>ingester exchanges --json</c> prints it: the facts of its profile and the proof of each dataset.</summary>
internal sealed record ExchangeSummary
{
    /// <summary>The name of the schema of this document.</summary>
    public string Schema { get; init; } = OutputSchema.Exchanges;

    /// <summary>The name in keys and configuration.</summary>
    public required string Exchange { get; init; }

    /// <summary>The version of the protocol that the endpoints speak.</summary>
    public required string Protocol { get; init; }

    /// <summary>The datasets.</summary>
    public required IReadOnlyList<DatasetSummary> Datasets { get; init; }

    /// <summary>Where snapshots of books come from: <c>in-band</c> (on the stream, after subscribing) or <c>rest</c>.</summary>
    public required string Snapshots { get; init; }

    /// <summary>Levels per side of a fetched snapshot, the default; 0 means all. Null when snapshots are in band.</summary>
    public required int? SnapshotLevels { get; init; }

    /// <summary>The candles over REST; null when the exchange serves none.</summary>
    public required CandleSummary? Candles { get; init; }

    /// <summary>The limits.</summary>
    public required BudgetSummary Budgets { get; init; }

    /// <summary>The requests of the market list.</summary>
    public required IReadOnlyList<string> MarketLists { get; init; }

    /// <summary>Summarizes an exchange.</summary>
    public static ExchangeSummary Of(IExchange exchange)
    {
        var profile = exchange.Profile;
        return new()
        {
            Exchange = profile.Name,
            Protocol = profile.Protocol,
            Datasets = [.. profile.Datasets.Select(dataset => SummarizeDataset(profile, dataset))],
            Snapshots = profile.Book.SnapshotEndpoint is null ? "in-band" : "rest",
            SnapshotLevels = profile.Book.SnapshotEndpoint?.DefaultLevels,
            Candles = profile.Candles is { } candles ? new([.. candles.Intervals.Select(interval => interval.TotalMinutes)], candles.MaxCount) : null,
            Budgets = SummarizeBudgets(profile),
            MarketLists = [.. profile.MarketLists.Select(call => call.Uri.ToString())],
        };
    }

    /// <summary>The grades that a whole window of a dataset can have, the strongest first.</summary>
    public static IReadOnlyList<ProofGrade> GradesOf(ExchangeProfile profile, DatasetProfile dataset) =>
        dataset is { HasExchangeTime: false } or { Dataset: Dataset.Snapshots } ? [ProofGrade.None]
        : dataset.Sequence == SequenceKind.Contiguous ? [ProofGrade.Chain]
        : dataset.Dataset == Dataset.Depth && profile.Book.Checksum is not null ? [ProofGrade.Checksum(BookChecksum.Levels), ProofGrade.Connection]
        : [ProofGrade.Connection];

    private static DatasetSummary SummarizeDataset(ExchangeProfile profile, DatasetProfile dataset)
    {
        var proof = DatasetProofs.Find(profile.Name, dataset.Dataset);
        return new()
        {
            Dataset = dataset.Dataset.Name(),
            Endpoint = dataset.Endpoint.ToString(),
            Channel = dataset.Channel,
            Sequence = dataset.Sequence switch { SequenceKind.Contiguous => "contiguous", SequenceKind.Monotonic => "monotonic", _ => "none" },
            ExchangeTime = dataset.HasExchangeTime,
            Grades = [.. GradesOf(profile, dataset).Select(grade => grade.ToString())],
            Backfill = dataset.History is not null,
            BackfillNeedsKey = dataset.History?.ApiKeyHeader is not null,
            Proven = proof.Proven,
            Recording = proof.Recording,
            RecordedEvents = proof.Events,
            Unproven = proof.Unproven,
        };
    }

    private static BudgetSummary SummarizeBudgets(ExchangeProfile profile) => new()
    {
        RequestWeight = RateSummary.Of(profile.RequestWeightLimit),
        MarketListWeight = profile.MarketListWeight,
        Connections = RateSummary.Of(profile.ConnectionLimit),
        Messages = RateSummary.Of(profile.MessageLimit),
        AddressMessages = profile.AddressMessageLimit is { } limit ? RateSummary.Of(limit) : null,
        StreamsPerConnection = profile.StreamsPerConnection,
        MaxConnectionSeconds = profile.MaxConnectionAge?.TotalSeconds,
        SilenceSeconds = profile.SilenceLimit.TotalSeconds,
    };
}
