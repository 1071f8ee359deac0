using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Reading;

/// <summary>A line of the <c>coverage</c> dataset, as a replica wrote it.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Window">The window.</param>
/// <param name="State">What it knows of it.</param>
/// <param name="Range">The sequence of the segment; null where there is none.</param>
/// <param name="Rows">How many rows the segment holds.</param>
/// <param name="Stored">True when the store had answered that it has them.</param>
internal readonly record struct CoverageRecord(string Replica, Window Window, CoverageState State, SequenceRange? Range, int Rows, bool Stored)
{
    /// <summary>Reads a line; false when it is none.</summary>
    public static bool TryRead(string exchange, string replica, ReadOnlyMemory<byte> line, out StreamId stream, out CoverageRecord record)
    {
        (stream, record) = (null!, default);
        var json = new Utf8JsonReader(line.Span);
        string? dataset = null, pair = null, state = null;
        long? micros = null, after = null, upTo = null;
        var (minutes, rows, stored) = (0L, 0L, false);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            switch (json.GetString())
            {
                case "ts": micros = Number(ref json); break;
                case "minutes": minutes = Number(ref json) ?? 0; break;
                case "dataset": dataset = Text(ref json); break;
                case "pair": pair = Text(ref json); break;
                case "state": state = Text(ref json); break;
                case "upload": stored = Text(ref json) == "stored"; break;
                case "after": after = Number(ref json); break;
                case "upto": upTo = Number(ref json); break;
                case "rows": rows = Number(ref json) ?? 0; break;
                default: json.Skip(); break;
            }

        if (dataset is null || pair is null || state is null || micros is null || minutes is < 1 or > 60 || 60 % minutes != 0
            || !DatasetNames.TryParse(dataset, out var known) || !Enum.TryParse<CoverageState>(state, ignoreCase: true, out var value))
            return false;
        SequenceRange? range = after is { } begin && upTo is { } end && begin <= end ? new(begin, end) : null;
        (stream, record) = (new(known, exchange, pair), new(replica, new(micros.Value, (int)minutes), value, range, (int)rows, stored));
        return true;
    }

    private static string? Text(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.String ? json.GetString() : null;

    private static long? Number(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) ? number : null;
}
