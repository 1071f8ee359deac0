using System.Buffers.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Reading;

/// <summary>Reads of a row what orders it, and sees that all of it is JSON.</summary>
internal static class RowHead
{
    /// <summary>Reads one line.</summary>
    /// <exception cref="JsonException">The line is no row.</exception>
    public static LoadedRow Read(Dataset dataset, ReadOnlyMemory<byte> line)
    {
        var json = new FrameReader(line.Span);
        long? micros = null, after = null, upTo = null, id = null;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("ts"u8))
                micros = json.Integer();
            else if (name.SequenceEqual("after"u8))
                after = json.Integer();
            else if (name.SequenceEqual("upto"u8))
                upTo = json.Integer();
            else if (name.SequenceEqual("id"u8))
                id = Id(json.Words());
            else if (!json.TryLevels(out _)) // of nearly all rows of books
                json.Skip();

        json.End();
        if (dataset.IsStreamed() && micros is null)
            throw new JsonException("a row has no time");
        SequenceRange? range = id is { } one ? SequenceRange.One(one)
            : upTo is not { } end || !(dataset.IsStreamed() || dataset == Dataset.Snapshots) ? null
            : after is null || after <= end ? new SequenceRange(after ?? end, end)
            : throw new JsonException("a row covers a range that ends before it begins");
        return new(line, micros ?? 0, range);
    }

    /// <summary>An id that does not fit is a text and no sequence.</summary>
    private static long? Id(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long id, out var used) && used == text.Length && id > long.MinValue ? id : null;
}
