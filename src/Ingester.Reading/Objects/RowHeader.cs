using System.Buffers.Text;
using System.Text.Json;
using Ingester.Core.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Reading.Objects;

/// <summary>Parses the fields that order a row, and checks that the complete row is JSON.</summary>
internal static class RowHeader
{
    /// <summary>Parses one line.</summary>
    /// <exception cref="JsonException">The line is not a row.</exception>
    public static LoadedRow Read(Dataset dataset, ReadOnlyMemory<byte> line) =>
        TryReadCanonical(dataset, line, out var row) ? row : ReadAny(dataset, line);

    /// <summary>
    /// Parses a line in the exact form that the recorder writes, in half of the time. False for any other form, which may still be valid. A test
    /// compares it with <see cref="ReadAny"/>.
    /// </summary>
    public static bool TryReadCanonical(Dataset dataset, ReadOnlyMemory<byte> line, out LoadedRow row)
    {
        var json = new FrameReader(line.Span);
        var (micros, range) = (0L, (SequenceRange?)null);
        var isCanonical = dataset == Dataset.Depth ? TryDepth(ref json, out micros, out range) : dataset == Dataset.Trades && TryTrade(ref json, out micros, out range);
        row = new(line, micros, range);
        return isCanonical && json.TryConsume("}"u8) && json.IsAtEnd;
    }

    /// <summary>Parses a line in any JSON form.</summary>
    /// <exception cref="JsonException">The line is not a row.</exception>
    public static LoadedRow ReadAny(Dataset dataset, ReadOnlyMemory<byte> line)
    {
        var json = new FrameReader(line.Span);
        long? micros = null, after = null, upTo = null, id = null;
        var isOfDataset = 0; // number of the fields that every row of the dataset has
        ReadOnlySpan<byte> one = dataset is Dataset.Depth or Dataset.Snapshots ? "bids"u8 : "price"u8, other = dataset is Dataset.Depth or Dataset.Snapshots ? "asks"u8 : "size"u8;
        json.Object();
        while (json.Property(out var name))
        {
            isOfDataset += name.SequenceEqual(one) || name.SequenceEqual(other) ? 1 : 0;
            if (name.SequenceEqual("ts"u8))
                micros = json.Integer();
            else if (name.SequenceEqual("after"u8))
                after = json.Integer();
            else if (name.SequenceEqual("upto"u8))
                upTo = json.Integer();
            else if (name.SequenceEqual("id"u8))
                id = ParseId(json.HumanText());
            else if (!json.TryLevels(out _)) // the usual case for rows of books
                json.Skip();
        }

        json.ExpectEnd();
        if (dataset.IsStreamed() && micros is null)
            throw new JsonException("a row has no time");
        if ((dataset.IsStreamed() || dataset == Dataset.Snapshots) && isOfDataset < 2)
            throw new JsonException($"a row is no row of {dataset.Name()}");
        SequenceRange? range = id is { } number ? SequenceRange.One(number)
            : upTo is not { } end || !(dataset.IsStreamed() || dataset == Dataset.Snapshots) ? null
            : after is null || after <= end ? new SequenceRange(after ?? end, end)
            : throw new JsonException("a row has a range that ends before it starts");
        return new(line, micros ?? 0, range);
    }

    private static bool TryDepth(ref FrameReader json, out long micros, out SequenceRange? range)
    {
        (micros, range) = (0, null);
        if (!json.TryConsume("{\"ts\":"u8) || !json.TryInteger(out micros, out _))
            return false;
        if (json.TryConsume(",\"after\":"u8))
        {
            if (!json.TryInteger(out var after, out _) || !json.TryConsume(",\"upto\":"u8) || !json.TryInteger(out var upTo, out _) || after > upTo)
                return false;
            range = new(after, upTo);
        }

        return json.TryConsume(",\"bids\":"u8) && json.TryLevels(out _) && json.TryConsume(",\"asks\":"u8) && json.TryLevels(out _);
    }

    private static bool TryTrade(ref FrameReader json, out long micros, out SequenceRange? range)
    {
        (micros, range) = (0, null);
        if (!json.TryConsume("{\"id\":\""u8) || !json.TryInteger(out var id, out _) || !json.TryConsume("\",\"ts\":"u8) || !json.TryInteger(out micros, out _))
            return false;
        range = SequenceRange.One(id);
        return (json.TryConsume(",\"side\":\"buy\""u8) || json.TryConsume(",\"side\":\"sell\""u8))
            && json.TryConsume(",\"price\":\""u8) && json.TryDecimal(out _) && json.TryConsume(",\"size\":\""u8) && json.TryDecimal(out _)
            && (!json.TryConsume(",\"type\":\""u8) || json.TryAlphanumeric((byte)'"', out _)); // a type with other characters is left to ReadAny
    }

    /// <summary>Parses an id; null when it is not a 64-bit integer and thus no sequence id.</summary>
    private static long? ParseId(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long id, out var used) && used == text.Length && id > long.MinValue ? id : null;
}
