using System.IO.Enumeration;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Publishing.Files;

namespace Ingester.Publishing.Export;

/// <summary>The day, the streams and the file formats of an export.</summary>
public sealed record ExportRequest
{
    /// <summary>The day, in UTC by exchange time.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The exchanges by their names.</summary>
    public required IReadOnlyList<string> Exchanges { get; init; }

    /// <summary>The canonical names of the markets, with <c>*</c> and <c>?</c>. Default: all.</summary>
    public string MarketPattern { get; init; } = "*";

    /// <summary>The datasets: <c>trades</c>, <c>agg-trades</c>, <c>depth</c>. Default: all. <c>depth</c> includes the complete books of exchanges without diffs.</summary>
    public IReadOnlyList<Dataset> Datasets { get; init; } = [];

    /// <summary>True to write CSV files. Default true.</summary>
    public bool Csv { get; init; } = true;

    /// <summary>True to write Parquet files. Default true.</summary>
    public bool Parquet { get; init; } = true;

    /// <summary>How Parquet files hold numbers. Default: as decimals.</summary>
    public NumberForm Numbers { get; init; }

    /// <summary>The replicas whose receive times are used, in order of preference. Default: all, by their names.</summary>
    public IReadOnlyList<string> Replicas { get; init; } = [];

    /// <summary>The part of the streams that is exported, from 1 to <see cref="ShardCount"/>.</summary>
    public int Shard { get; init; } = 1;

    /// <summary>Number of parts. Default 1.</summary>
    public int ShardCount { get; init; } = 1;

    /// <summary>True to write nothing, and to report each stream as a failure whose export is missing or older than the store. Default false.</summary>
    internal bool ChecksOnly { get; init; }

    /// <summary>True for a stream that is exported by this shard.</summary>
    internal bool Includes(StreamId stream) =>
        (Datasets.Count == 0 || Datasets.Contains(stream.Dataset == Dataset.Snapshots ? Dataset.Depth : stream.Dataset))
        && FileSystemName.MatchesSimpleExpression(MarketPattern, stream.Market, ignoreCase: false)
        && (ShardCount == 1 || StableHash.Of(stream.Text, "export") % (ulong)ShardCount == (ulong)(Shard - 1));
}
