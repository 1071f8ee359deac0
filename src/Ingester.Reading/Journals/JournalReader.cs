using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Journals;

/// <summary>Reads what replicas say about themselves: gaps and coverage. For one reader at a time.</summary>
internal sealed class JournalReader(StreamListing listing, ObjectReader reader)
{
    /// <summary>A replica writes down what it saw within minutes; what is corrected later is corrected by its own rows.</summary>
    private const long Later = 2 * 60 * Window.MicrosPerMinute;

    private const long Earlier = Window.MicrosPerMinute;

    /// <summary>So many objects are fetched, unpacked and hashed before they are needed: a day has thousands of them, and a bucket answers in tens of milliseconds.</summary>
    private const int Ahead = 8;

    private readonly List<UnreadableObjectException> unreadable = [];
    private readonly CoverageLineReader lines = new(null);

    /// <summary>The objects that could not be used.</summary>
    public IReadOnlyList<UnreadableObjectException> Unreadable => unreadable;

    /// <summary>What replicas wrote in their gaps about a period.</summary>
    public async Task<IReadOnlyList<GapRecord>> GapsAsync(string exchange, Period period, CancellationToken cancellation)
    {
        var gaps = new List<GapRecord>();
        await ReadAsync<GapRecord>(await PartsAsync(Dataset.Gaps, exchange, period, cancellation), GapRecord.TryRead, gaps.Add, cancellation);
        return gaps;
    }

    /// <summary>The objects of a journal that speak of a period, in the order in which they were begun.</summary>
    public Task<IReadOnlyList<(JournalKey Name, string Key)>> PartsAsync(Dataset dataset, string exchange, Period period, CancellationToken cancellation) =>
        listing.JournalAsync(dataset, exchange, new(period.From - Earlier, period.To + Later), cancellation);

    /// <summary>The only market whose lines of coverage are read; null for all.</summary>
    public string? OnlyMarket
    {
        get;
        init
        {
            field = value;
            lines = new(value);
        }
    }

    /// <summary>Gives every line of coverage to <paramref name="take"/>, in the order in which they were written.</summary>
    public Task CoverageAsync(
        IEnumerable<(JournalKey Name, string Key)> parts, Action<(StreamId Stream, CoverageRecord Line)> take, CancellationToken cancellation) =>
        ReadAsync(parts, lines.TryRead, take, cancellation);

    private async Task ReadAsync<T>(
        IEnumerable<(JournalKey Name, string Key)> parts, RowParser<T> parse, Action<T> take, CancellationToken cancellation)
    {
        var waiting = new Queue<(JournalKey Name, string Key, Task<ReadOnlyMemory<byte>> Text)>();
        var rows = new List<T>();
        using var next = parts.GetEnumerator();
        while (true)
        {
            while (waiting.Count < Ahead && next.MoveNext())
            {
                var (name, key) = next.Current;
                waiting.Enqueue((name, key, Task.Run(() => reader.LoadTextAsync(key, cancellation), cancellation)));
            }

            if (!waiting.TryDequeue(out var part))
                return;
            try
            {
                Parse(part.Name, part.Key, await part.Text, parse, rows);
                rows.ForEach(take); // none before all of them were read
            }
            catch (UnreadableObjectException broken)
            {
                unreadable.Add(broken);
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
            catch (JsonException fault)
            {
                throw new UnreadableObjectException(key, $"line {line} is no row of {name.Name.Dataset.Name()}: {fault.Message}", fault);
            }

            text = text[(end + 1)..];
        }
    }

    private delegate bool RowParser<T>(JournalKey name, ReadOnlyMemory<byte> line, out T row);
}
