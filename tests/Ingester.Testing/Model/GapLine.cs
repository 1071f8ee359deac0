using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Testing.Model;

/// <summary>A row of the gaps journal.</summary>
internal sealed record GapLine(TruthStream Stream, long? After, long? UpTo, long From, long To, string Cause, JournalLine Journal)
{
    /// <summary>True for causes that report missing data.</summary>
    public bool IsMissing => Cause is not ("late" or "backfill" or "archive" or "snapshot" or "reset" or "conflict" or "disputed");

    /// <summary>Parses a line of the journal.</summary>
    public static GapLine Read(Truth truth, JournalLine journal)
    {
        using var json = JsonDocument.Parse(journal.Line);
        var root = json.RootElement;
        var stream = truth.Streams.First(known => known.Plan.Dataset.Name() == root.GetProperty("dataset").GetString() && known.Market == root.GetProperty("pair").GetString());
        return new(stream, Number(root, "after"), Number(root, "upto"), root.GetProperty("from").GetInt64(), root.GetProperty("to").GetInt64(), root.GetProperty("cause").GetString()!, journal);
    }

    private static long? Number(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.GetInt64() : null;
}
