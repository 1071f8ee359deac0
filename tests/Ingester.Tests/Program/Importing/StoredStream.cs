using Ingester.Core.Markets;
using Ingester.Reading.Merging;

namespace Ingester.Tests.Program.Importing;

/// <summary>A stream of an imported recording, as it is read.</summary>
/// <param name="Id">The stream.</param>
/// <param name="StoredRows">Number of rows in all of its objects.</param>
internal sealed record StoredStream(StreamId Id, int StoredRows)
{
    /// <summary>The rows in order.</summary>
    public List<string> Rows { get; } = [];

    /// <summary>When each of them was received, microseconds UTC; null where that is not stored.</summary>
    public List<long?> Arrivals { get; } = [];

    /// <summary>The kinds of the marks between them.</summary>
    public List<MarketEventKind> Marks { get; } = [];

    /// <summary>The dataset, the number of rows and the digest of their digits.</summary>
    public string Digest() => $"{Id.Dataset.Name()} {Rows.Count} {StoredRecording.Hash(string.Concat(Rows.SelectMany(StoredRecording.DigitsOf)))}";
}
