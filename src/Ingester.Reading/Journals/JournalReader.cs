using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Journals;

/// <summary>Reads the gaps and coverage that replicas wrote. Not safe for concurrent use.</summary>
internal sealed class JournalReader(ArchiveReader archive)
{
    /// <summary>Maximum delay until a replica writes about a window. Later corrections have their own rows.</summary>
    private const long MaxWriteDelay = 2 * 60 * Window.MicrosPerMinute;

    private const long PartMicros = Window.MicrosPerMinute;

    /// <summary>
    /// Number of objects that are fetched, decompressed and hashed in advance. A day has thousands of them, and a request to a bucket takes tens of
    /// milliseconds.
    /// </summary>
    private const int PrefetchCount = 8;

    private readonly List<UnreadableObjectException> unreadable = [];
    private readonly CoverageLineReader lines = new(onlyMarkets: null);

    /// <summary>The objects that are not readable.</summary>
    public IReadOnlyList<UnreadableObjectException> Unreadable => unreadable;

    /// <summary>Reads the gaps that replicas reported for a period.</summary>
    public async Task<IReadOnlyList<GapRecord>> ReadGapsAsync(string exchange, Period period, CancellationToken cancellation)
    {
        var gaps = new List<GapRecord>();
        await ReadAsync<GapRecord>(await ListPartsAsync(Dataset.Gaps, exchange, period, cancellation), GapRecord.TryRead, gaps.Add, cancellation);
        return gaps;
    }

    /// <summary>Reads the rows of market lists that replicas wrote in a period by their clocks, in the order in which they were written.</summary>
    public async Task<IReadOnlyList<InstrumentRecord>> ReadInstrumentsAsync(string exchange, Period period, CancellationToken cancellation)
    {
        var rows = new List<InstrumentRecord>();
        var parts = await archive.Listing.ListJournalAsync(Dataset.Instruments, exchange, period with { From = Math.Max(0, period.From - PartMicros) }, cancellation);
        await ReadAsync<InstrumentRecord>(parts, InstrumentRecord.TryRead, rows.Add, cancellation);
        return [.. rows.Where(row => period.Contains(row.Micros)).OrderBy(row => row.Micros)]; // a stable sort
    }

    /// <summary>Lists the journal objects about a period, in the order of their start times.</summary>
    public Task<IReadOnlyList<(JournalKey Name, string Key)>> ListPartsAsync(Dataset dataset, string exchange, Period period, CancellationToken cancellation) =>
        archive.Listing.ListJournalAsync(dataset, exchange, new(period.From - PartMicros, period.To + MaxWriteDelay), cancellation);

    /// <summary>The markets whose coverage is read; null for all.</summary>
    public IReadOnlySet<string>? OnlyMarkets
    {
        get;
        init
        {
            field = value;
            lines = new(value);
        }
    }

    /// <summary>Passes every line of coverage to <paramref name="onLine"/>, in the order in which the lines were written.</summary>
    public Task ReadCoverageAsync(
        IEnumerable<(JournalKey Name, string Key)> parts, Action<(StreamId Stream, CoverageRecord Line)> onLine, CancellationToken cancellation) =>
        ReadAsync(parts, lines.TryRead, onLine, cancellation);

    private async Task ReadAsync<T>(
        IEnumerable<(JournalKey Name, string Key)> parts, RowParser<T> parse, Action<T> onLine, CancellationToken cancellation)
    {
        var waiting = new Queue<(JournalKey Name, string Key, Task<ReadOnlyMemory<byte>> Text)>();
        var rows = new List<T>();
        using var next = parts.GetEnumerator();
        while (true)
        {
            while (waiting.Count < PrefetchCount && next.MoveNext())
            {
                var (name, key) = next.Current;
                waiting.Enqueue((name, key, Task.Run(() => archive.Objects.LoadTextAsync(key, cancellation), cancellation)));
            }

            if (!waiting.TryDequeue(out var part))
                return;
            try
            {
                Parse(part.Name, part.Key, await part.Text, parse, rows);
                rows.ForEach(onLine); // only after all rows of the object were parsed
            }
            catch (UnreadableObjectException error)
            {
                unreadable.Add(error);
            }

            rows.Clear();
        }
    }

    private static void Parse<T>(JournalKey name, string key, ReadOnlyMemory<byte> text, RowParser<T> parse, List<T> rows)
    {
        for (var line = 1; !text.IsEmpty; line++)
        {
            var end = text.Span.IndexOf((byte)'\n');
            try
            {
                if (parse(name, text[..end], out var row))
                    rows.Add(row);
            }
            catch (JsonException inner)
            {
                throw new UnreadableObjectException(key, $"line {line} is not a row of {name.Part.Dataset.Name()}: {inner.Message}", inner);
            }

            text = text[(end + 1)..];
        }
    }

    private delegate bool RowParser<T>(JournalKey name, ReadOnlyMemory<byte> line, out T row);
}
