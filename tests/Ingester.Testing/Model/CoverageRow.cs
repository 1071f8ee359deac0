using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Testing.Model;

/// <summary>A row of the coverage journal.</summary>
internal sealed record CoverageRow(TruthStream Stream, long Start, int Minutes, string State, string? Grade, JournalLine Journal)
{
    /// <summary>Parses a line of the journal.</summary>
    public static CoverageRow Read(Truth truth, JournalLine journal)
    {
        using var json = JsonDocument.Parse(journal.Line);
        var root = json.RootElement;
        var stream = truth.Streams.First(known => known.Plan.Dataset.Name() == root.GetProperty("dataset").GetString() && known.Market == root.GetProperty("pair").GetString());
        return new(stream, root.GetProperty("ts").GetInt64(), root.GetProperty("minutes").GetInt32(), root.GetProperty("state").GetString()!,
            root.TryGetProperty("grade", out var grade) ? grade.GetString() : null, journal);
    }
}
