using System.Globalization;
using Ingester.Core.Markets;

namespace Ingester.Testing.Model;

/// <summary>A segment of the store, read from its key and rows alone.</summary>
internal sealed record StoredSegment(TruthStream Stream, bool Whole, long Start, int Minutes, long? After, long? UpTo, IReadOnlyList<StoredRow> Rows, StoredObject Object)
{
    private const string Mark = ",\"time\":\"";

    /// <summary>The end of its window.</summary>
    public long End => Start + Minutes * Schedule.Minute;

    /// <summary>True for a time within its window.</summary>
    public bool Holds(long micros) => micros >= Start && micros < End;

    /// <summary>Reads an object; null if it is not a segment.</summary>
    public static StoredSegment? Read(Truth truth, StoredObject stored)
    {
        var parts = stored.Key.Split('/');
        var whole = parts[0] != "fragments";
        var at = whole ? 0 : 1;
        if (truth.Streams.Find(known => known.Plan.Dataset.Name() == parts[at] && $"pair={known.Market}" == parts[at + 2]) is not { } stream)
            return null;
        var name = parts[at + 6][..^".json.gz".Length].Split('_');
        var day = $"{parts[at + 3][5..]}-{parts[at + 4][6..]}-{parts[at + 5][4..]}";
        var start = DateTime.ParseExact($"{day} {name[0][..4]}", "yyyy-MM-dd HHmm", CultureInfo.InvariantCulture);
        var numbered = name.Length == 3 && !name[1].StartsWith('n');
        return new(
            stream,
            whole,
            (start - DateTime.UnixEpoch).Ticks / 10,
            int.Parse(name[0][5..^1], CultureInfo.InvariantCulture),
            numbered ? long.Parse(name[1], CultureInfo.InvariantCulture) : null,
            numbered ? long.Parse(name[2], CultureInfo.InvariantCulture) : null,
            [.. stored.Rows.Select(row => Row(truth, stream, row))],
            stored);
    }

    private static StoredRow Row(Truth truth, TruthStream stream, string text)
    {
        var (plain, mark) = (text, default(string));
        var at = text.LastIndexOf(Mark, StringComparison.Ordinal);
        if (at >= 0)
        {
            mark = text[(at + Mark.Length)..^2];
            plain = text[..at] + "}";
        }

        return new(truth.FindByRow(stream, plain), mark, text);
    }
}
