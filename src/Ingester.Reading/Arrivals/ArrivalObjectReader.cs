using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Rows;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Arrivals;

/// <summary>
/// Reads the lines of one stream from an object of the <c>arrivals</c> dataset. Of a large object it fetches only the index and the member that contains the stream.
/// </summary>
internal sealed class ArrivalObjectReader(ArchiveReader archive)
{
    /// <summary>Size up to which a complete object is fetched: one request costs more than its bytes.</summary>
    public const int MaxWholeBytes = 256 << 10;

    /// <summary>Number of bytes at the end of an object that are fetched first; they usually contain the index.</summary>
    private const int EndBytes = 16 << 10;

    /// <summary>Reads the lines.</summary>
    /// <exception cref="UnreadableObjectException">The object is damaged, not complete, or of a newer format.</exception>
    public async Task<IReadOnlyList<ArrivalLine>> ReadAsync(string key, StreamId stream, CancellationToken cancellation)
    {
        var info = await archive.Objects.GetInfoAsync(key, cancellation);
        if (info.Size <= MaxWholeBytes)
            return Parse(key, stream, SplitLines(await archive.Objects.LoadTextAsync(key, cancellation)));
        var end = await archive.Objects.LoadRangeAsync(key, info.Size - EndBytes, EndBytes, cancellation);
        var start = info.Size - EndBytes;
        var indexAt = MultiMemberMarkers.ReadIndexOffset(end) ?? throw new UnreadableObjectException(key, "its end has no index");
        if (indexAt < 0 || indexAt >= info.Size || info.Size - indexAt > MaxWholeBytes * 16)
            throw new UnreadableObjectException(key, "its end states a wrong position of the index");
        if (indexAt < start)
            (end, start) = (await archive.Objects.LoadRangeAsync(key, indexAt, (int)(info.Size - indexAt), cancellation), indexAt);
        var index = MultiMemberMarkers.ReadIndex(end.AsSpan((int)(indexAt - start))) ?? throw new UnreadableObjectException(key, "its index is damaged");
        if (FindMember(key, index, indexAt, stream) is not { } member)
            return [];
        var text = new GzipText(key, await archive.Objects.LoadRangeAsync(key, member.From, (int)(member.To - member.From), cancellation));
        var lines = Parse(key, stream, text.ReadLines());
        text.ReturnBuffers();
        return lines;
    }

    /// <summary>The member whose first stream is the last one that is not after the stream; null when all are after it.</summary>
    private static (long From, long To)? FindMember(string key, string index, long end, StreamId stream)
    {
        (long From, long To)? found = null;
        foreach (var entry in index.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry.Split('/') is not [var market, var dataset, var number] || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                || offset >= end || offset < found?.From)
                throw new UnreadableObjectException(key, $"its index has the entry \"{entry}\"");
            if (found is { } open && open.To == end)
                found = open with { To = offset };
            var order = string.CompareOrdinal(Uri.UnescapeDataString(market), stream.Market);
            if (order > 0 || (order == 0 && string.CompareOrdinal(dataset, stream.Dataset.Name()) > 0))
                break;
            found = (offset, end);
        }

        return found;
    }

    private static List<ArrivalLine> Parse(string key, StreamId stream, IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        var start = Encoding.UTF8.GetBytes($"\"pair\":\"{JsonEncodedText.Encode(stream.Market)}\",\"dataset\":\"{stream.Dataset.Name()}\",");
        var format = Encoding.UTF8.GetBytes("{\"format\":");
        var found = new List<ArrivalLine>();
        foreach (var line in lines)
        {
            var text = line.Span;
            var isFirst = text.StartsWith(format);
            if (isFirst ? text.IndexOf(start) < 0 : !text[1..].StartsWith(start))
                continue;
            try
            {
                found.Add(ArrivalLine.Parse(text));
            }
            catch (Exception error) when (error is JsonException or FormatException or OverflowException or InvalidOperationException)
            {
                throw new UnreadableObjectException(key, $"a line of {stream.Text} is not valid: {error.Message}", error);
            }
        }

        return found;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> SplitLines(ReadOnlyMemory<byte> text)
    {
        for (var end = text.Span.IndexOf((byte)'\n'); end >= 0; end = text.Span.IndexOf((byte)'\n'))
        {
            if (end > 0)
                yield return text[..end];
            text = text[(end + 1)..];
        }
    }
}
