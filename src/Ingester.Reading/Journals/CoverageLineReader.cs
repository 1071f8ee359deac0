using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;

namespace Ingester.Reading.Journals;

/// <summary>Parses lines of coverage. It caches the streams: a line of a known stream allocates nothing.</summary>
/// <param name="onlyMarkets">The markets whose lines are read; null for all.</param>
internal sealed class CoverageLineReader(IReadOnlySet<string>? onlyMarkets)
{
    private const int MaxNameLength = 512;
    private const int HashDigits = 64;
    private const int HashStartDigits = 16;

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>>? markets = onlyMarkets is null ? null : new HashSet<string>(onlyMarkets, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The text that each line of the only market contains: other lines are not parsed. Null if there are several markets.</summary>
    private readonly byte[]? marketFilter = onlyMarkets is not { Count: 1 } ? null : [.. "\"pair\":\""u8, .. Encoding.UTF8.GetBytes(JavaScriptEncoder.Default.Encode(onlyMarkets.Single())), (byte)'"'];
    private readonly Dictionary<(string Exchange, Dataset Dataset), Dictionary<string, StreamId>> streams = [];

    /// <summary>Parses a line; false when this version does not know its form.</summary>
    /// <exception cref="JsonException">The line is not a JSON object.</exception>
    public bool TryRead(JournalKey name, ReadOnlyMemory<byte> line, out (StreamId Stream, CoverageRecord Line) read)
    {
        read = default;
        if (marketFilter is not null && line.Span.IndexOf(marketFilter) < 0)
            return false;
        var json = new Utf8JsonReader(line.Span);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a line is not a JSON object");
        StreamFields stream = default;
        CoverageState? state = null;
        long? micros = null, after = null, upTo = null;
        var (minutes, rows) = (0L, 0L);
        var (grade, hashStart) = (StatedGrade.Unknown, 0UL);
        Span<char> pair = stackalloc char[MaxNameLength];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            if (json.ValueTextEquals("ts"u8))
                micros = ReadNumber(ref json);
            else if (json.ValueTextEquals("minutes"u8))
                minutes = ReadNumber(ref json) ?? 0;
            else if (json.ValueTextEquals("dataset"u8))
                stream.Dataset = ReadDataset(ref json);
            else if (json.ValueTextEquals("pair"u8))
                stream.Length = TryReadString(ref json) && json.ValueSpan.Length <= MaxNameLength ? json.CopyString(pair) : 0;
            else if (json.ValueTextEquals("state"u8))
                state = ReadState(ref json);
            else if (json.ValueTextEquals("after"u8))
                after = ReadNumber(ref json);
            else if (json.ValueTextEquals("upto"u8))
                upTo = ReadNumber(ref json);
            else if (json.ValueTextEquals("rows"u8))
                rows = ReadNumber(ref json) ?? 0;
            else if (json.ValueTextEquals("sha256"u8))
                hashStart = ReadHashStart(ref json);
            else if (json.ValueTextEquals("grade"u8))
                grade = ReadGrade(ref json);
            else
                json.Skip();
        if (json.TokenType != JsonTokenType.EndObject || json.Read())
            throw new JsonException("a line is not a JSON object");
        if (stream is not { Dataset: { } dataset, Length: > 0 } || state is not { } known || micros is not { } start || minutes is < 1 or > 60 || 60 % minutes != 0
            || start is < 0 or > Micros.Max || start % (minutes * Window.MicrosPerMinute) != 0)
            return false;
        if (markets?.Contains(pair[..stream.Length]) == false)
            return false;
        read = (GetOrAddStream(name.Part.Exchange, dataset, pair[..stream.Length]), new()
        {
            Replica = name.Replica,
            Window = new(start, (int)minutes),
            State = known,
            Range = after is { } begin && upTo is { } end && begin <= end ? new(begin, end) : null,
            Rows = (int)Math.Clamp(rows, 0, int.MaxValue),
            Grade = grade,
            HashStart = hashStart,
        });
        return true;
    }

    private StreamId GetOrAddStream(string exchange, Dataset dataset, ReadOnlySpan<char> pair)
    {
        if (!streams.TryGetValue((exchange, dataset), out var markets))
            streams.Add((exchange, dataset), markets = new(StringComparer.Ordinal));
        var byName = markets.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!byName.TryGetValue(pair, out var stream))
            markets.Add(pair.ToString(), stream = new(dataset, exchange, pair.ToString()));
        return stream;
    }

    private static Dataset? ReadDataset(ref Utf8JsonReader json)
    {
        if (!TryReadString(ref json))
            return null;
        for (var dataset = Dataset.Trades; dataset.IsStreamed(); dataset++)
            if (json.ValueTextEquals(dataset.Name()))
                return dataset;
        return null;
    }

    private static CoverageState? ReadState(ref Utf8JsonReader json) =>
        !TryReadString(ref json) ? null
        : json.ValueTextEquals("whole"u8) ? CoverageState.Whole
        : json.ValueTextEquals("fragment"u8) ? CoverageState.Fragment
        : json.ValueTextEquals("held"u8) ? CoverageState.Held
        : json.ValueTextEquals("quiet"u8) ? CoverageState.Quiet
        : json.ValueTextEquals("absent"u8) ? CoverageState.Absent
        : json.ValueTextEquals("delisted"u8) ? CoverageState.Delisted
        : null;

    private static ulong ReadHashStart(ref Utf8JsonReader json) =>
        TryReadString(ref json) && json.ValueSpan.Length == HashDigits && Utf8Parser.TryParse(json.ValueSpan[..HashStartDigits], out ulong start, out var used, 'x') && used == HashStartDigits
            ? start : 0;

    private static StatedGrade ReadGrade(ref Utf8JsonReader json) => !TryReadString(ref json) ? StatedGrade.Unknown
        : json.ValueTextEquals("chain"u8) ? StatedGrade.Chain // nearly every line: no string is allocated
        : json.ValueTextEquals("connection"u8) ? StatedGrade.Connection
        : StatedGrade.Parse(json.GetString());

    private static bool TryReadString(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.String;

    private static long? ReadNumber(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) ? number : null;

    /// <summary>The fields of a stream read so far. <c>Length</c> is the number of characters of the market name.</summary>
    private struct StreamFields
    {
        public Dataset? Dataset;
        public int Length;
    }
}
