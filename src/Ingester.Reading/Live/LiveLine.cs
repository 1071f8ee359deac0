using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Reading.Live;

/// <summary>A line of the live stream of a recorder: a row or a mark.</summary>
internal sealed record LiveLine
{
    /// <summary>The exchange; null for a mark about all streams.</summary>
    public string? Exchange { get; private init; }

    /// <summary>The market; null for a mark about all streams.</summary>
    public string? Market { get; private init; }

    /// <summary>The dataset; null for a mark about all streams, and for a dataset that this version does not know.</summary>
    public Dataset? Dataset { get; private init; }

    /// <summary>The stored row, without the line feed; empty for a mark.</summary>
    public ReadOnlyMemory<byte> Row { get; private init; }

    /// <summary>True for a row that is stored outside of the order of the stream.</summary>
    public bool IsDetached { get; private init; }

    /// <summary>The name of the mark; null for a row.</summary>
    public string? Mark { get; private init; }

    /// <summary>The time of the mark, microseconds UTC; zero for a row.</summary>
    public long Micros { get; private init; }

    /// <summary>The end of what the mark is about, microseconds UTC; zero if it has none.</summary>
    public long ToMicros { get; private init; }

    /// <summary>The ids of the mark; null if it has none.</summary>
    public SequenceRange? Range => After is { } first && UpTo is { } last ? new(first, last) : null;

    /// <summary>The replica, in the mark <c>start</c>.</summary>
    public string? Replica { get; private init; }

    /// <summary>The number of recorded streams, in the mark <c>start</c>.</summary>
    public int Streams { get; private init; }

    /// <summary>The cause of a gap.</summary>
    public string? Cause { get; private init; }

    private long? After { get; init; }

    private long? UpTo { get; init; }

    /// <summary>Parses a line. Fields that are not known are ignored.</summary>
    /// <exception cref="JsonException">The line is not a JSON object with the fields of a row or a mark.</exception>
    public static LiveLine Read(ReadOnlySpan<byte> line)
    {
        var parsed = new LiveLine();
        var json = new Utf8JsonReader(line);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a line of the live stream is not a JSON object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            var isText = json.TokenType == JsonTokenType.String;
            var isNumber = json.TokenType == JsonTokenType.Number;
            parsed = name switch
            {
                "exchange" when isText => parsed with { Exchange = json.GetString() },
                "pair" when isText => parsed with { Market = json.GetString() },
                "dataset" when isText => parsed with { Dataset = DatasetNames.TryParse(json.GetString()!, out var dataset) ? dataset : null },
                "row" when json.TokenType == JsonTokenType.StartObject => parsed with { Row = Copy(ref json, line) },
                "detached" => parsed with { IsDetached = json.TokenType == JsonTokenType.True },
                "mark" when isText => parsed with { Mark = json.GetString() },
                "ts" when isNumber => parsed with { Micros = json.GetInt64() },
                "to" when isNumber => parsed with { ToMicros = json.GetInt64() },
                "after" when isNumber => parsed with { After = json.GetInt64() },
                "upto" when isNumber => parsed with { UpTo = json.GetInt64() },
                "replica" when isText => parsed with { Replica = json.GetString() },
                "streams" when isNumber => parsed with { Streams = json.GetInt32() },
                "cause" when isText => parsed with { Cause = json.GetString() },
                _ => parsed,
            };
            json.Skip();
        }

        return parsed.Mark is null && parsed.Row.IsEmpty ? throw new JsonException("a line of the live stream is neither a row nor a mark") : parsed;
    }

    private static byte[] Copy(ref Utf8JsonReader json, ReadOnlySpan<byte> line)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return line[start..(int)json.BytesConsumed].ToArray();
    }
}
