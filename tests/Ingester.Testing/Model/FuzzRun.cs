using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Exchanges;
using Ingester.Recording.Lanes;
using Ingester.Testing.Fakes;
using Ingester.Testing.Model.PlainReaders.ReaderContract;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Testing.Model;

/// <summary>Sends the frames of a case through the decoder and a lane, and checks the stored rows against the frames alone.</summary>
internal sealed class FuzzRun
{
    private const long Second = 1_000_000;
    private const long Minute = 60 * Second;
    private const long Grace = 2 * Second;

    private static readonly IngesterMeter Meter = new();

    private readonly FuzzCase fuzz;
    private readonly IExchange exchange;
    private readonly FuzzReader reader;
    private readonly ModelClock clock = new();
    private readonly ModelOutput output;
    private readonly Dictionary<string, Market> markets = new(StringComparer.Ordinal); // by symbol
    private readonly Dictionary<(string Dataset, string Market), List<FuzzEvent>> received = [];
    private readonly List<(long Before, long After, string? Symbol)> doubts = [];
    private int quarantined;

    private FuzzRun(FuzzCase fuzz)
    {
        (this.fuzz, output, reader) = (fuzz, new(clock), new(fuzz.Exchange));
        exchange = ExchangeCatalog.Find(fuzz.Exchange)!;
    }

    /// <summary>Describes the fault that a case shows; null for none.</summary>
    public static string? Check(string exchange, int seed)
    {
        var fuzz = FuzzCase.Make(exchange, seed);
        var fault = new FuzzRun(fuzz).Judge();
        return fault is null ? null : $"{exchange}, seed {seed}: {fault}";
    }

    private string? Judge()
    {
        FindMarkets();
        var context = new SegmentContext(new(), output, new(Meter, NullLogger<SegmentEvents>.Instance));
        var lane = new Lane(exchange, context, new(Meter, NullLogger<LaneEvents>.Instance), clock);
        List<Subscription> streams = [.. from market in markets.Values from dataset in exchange.Profile.Datasets select new Subscription(dataset.Dataset, market)];
        lane.Add(streams);
        var decoder = exchange.CreateDecoder();
        clock.True = fuzz.Frames.Count > 0 ? fuzz.Frames[0].Local : 0;
        var feed = lane.OpenFeed(new IgnoringListener());
        feed.OnSubscribed(streams);
        long messages = 0;
        foreach (var frame in fuzz.Frames)
        {
            for (; clock.True + Second <= frame.Local; clock.True += Second)
                lane.Tick();
            clock.True = Math.Max(clock.True, frame.Local);
            if (Read(decoder, frame.Text, ref messages) is { } fault)
                return fault;
            feed.Receive(frame.Text);
        }

        lane.Tick();
        feed.Dispose();
        lane.Close();
        return Compare();
    }

    private void FindMarkets()
    {
        var originals = new FuzzReader(fuzz.Exchange);
        foreach (var frame in fuzz.Originals)
            if (TryRead(originals, frame, out _) is { } reading)
                foreach (var symbol in reading.Events.Select(read => read.Symbol).Concat(reading.Books))
                    markets.TryAdd(symbol, new($"M{markets.Count}-USD", symbol));

        if (markets.Count == 0)
            markets.Add("NONE", new("M0-USD", "NONE"));
    }

    private static bool IsUnreadable(Exception error) =>
        error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException or OverflowException;

    private static FuzzReading? TryRead(FuzzReader reader, byte[] frame, out string? reason)
    {
        reason = null;
        try
        {
            return reader.Read(frame);
        }
        catch (Exception unreadable) when (IsUnreadable(unreadable))
        {
            reason = unreadable.Message;
            return null;
        }
    }

    /// <summary>Decodes a frame outside of the lane and collects the events that the independent reader finds in it; returns the fault, or null.</summary>
    private string? Read(IFrameDecoder decoder, byte[] frame, ref long messages)
    {
        var counter = new Counter();
        try
        {
            decoder.Decode(frame, counter);
        }
        catch (JsonException)
        {
            quarantined++;
            doubts.Add((messages, long.MaxValue, SymbolOf(frame)));
            return counter.Count == 0 ? null : $"the decoder emitted {counter.Count} events of a frame that it refused: {Encoding.UTF8.GetString(frame)}";
        }
        catch (Exception bug) // any exception except JsonException is a bug of the decoder, and is reported
        {
            return $"the decoder threw {bug.GetType().Name}: {bug.Message}: {Encoding.UTF8.GetString(frame)}";
        }

        if (TryRead(reader, frame, out var reason) is not { } reading)
            return counter.Count == 0 ? null : $"the decoder took a frame that is not readable ({reason}): {Encoding.UTF8.GetString(frame)}";
        if (reading.Events.Count + reading.Books.Count != counter.Count)
            return $"the decoder emitted {counter.Count} events, the frame has {reading.Events.Count + reading.Books.Count}: {Encoding.UTF8.GetString(frame)}";
        if (reading.Events.Select(read => read.Symbol).Concat(reading.Books).Any(symbol => !markets.ContainsKey(symbol)))
            quarantined++;
        foreach (var read in reading.Events)
            if (markets.TryGetValue(read.Symbol, out var market))
                (received.TryGetValue((read.Dataset, market.Name), out var list) ? list : received[(read.Dataset, market.Name)] = []).Add(read with { ReachedBefore = messages });
        AddTimes(reading, ref messages);
        return null;
    }

    private void AddTimes(FuzzReading reading, ref long messages)
    {
        if (reading.Times.Count == 0)
            return;
        messages = Math.Max(messages, reading.Times.Max());
        for (var index = doubts.Count - 1; index >= 0 && doubts[index].After == long.MaxValue; index--)
            doubts[index] = doubts[index] with { After = messages };
    }

    /// <summary>The symbol of the only known market that a frame names, if the frame is complete JSON; null otherwise.</summary>
    private string? SymbolOf(byte[] frame)
    {
        try
        {
            using var json = JsonDocument.Parse(frame);
            var text = Encoding.UTF8.GetString(frame);
            var named = markets.Keys.Where(symbol => text.Contains($"\"{symbol}\"", StringComparison.Ordinal)).ToList();
            return named is [var one] ? one : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string? Compare()
    {
        var lines = output.Journal.Count(line => line.Dataset == Dataset.Quarantine);
        if (lines != quarantined)
            return $"{quarantined} frames could not be used, {lines} are quarantined";
        var streams = new Dictionary<(string, string), List<(bool Whole, string Key, List<(string Content, long? After, long? UpTo, long Ts, string? Mark)> Rows)>>();
        foreach (var stored in output.Objects)
        {
            var parts = stored.Key.Split('/');
            var whole = parts[0] != "fragments";
            var name = parts[whole ? 0 : 1];
            if (name == "snapshots")
                continue;
            var id = (name, parts[whole ? 2 : 3]["pair=".Length..]);
            (streams.TryGetValue(id, out var list) ? list : streams[id] = []).Add((whole, stored.Key, [.. stored.Rows.Select(FuzzReader.Row)]));
        }

        foreach (var id in received.Keys.Union(streams.Keys))
            if (CompareStream(id, received.GetValueOrDefault(id) ?? [], streams.GetValueOrDefault(id) ?? []) is { } fault)
                return $"{id}: {fault}";
        return null;
    }

    private string? CompareStream((string Dataset, string Market) id, List<FuzzEvent> arrived, List<(bool Whole, string Key, List<(string Content, long? After, long? UpTo, long Ts, string? Mark)> Rows)> objects)
    {
        var dataset = DatasetNames.TryParse(id.Dataset, out var known) ? known : throw new ArgumentException($"{id.Dataset} is no dataset.", nameof(id));
        var kind = exchange.Profile.Find(dataset)!.Sequence;
        var stored = objects.SelectMany(segment => segment.Rows).CountBy(row => row.Content).ToDictionary();
        var expected = arrived.CountBy(read => read.Content).ToDictionary();
        var timeless = kind != SequenceKind.None && dataset == Dataset.Depth // a diff whose ids arrive again with another time is the same diff
            ? objects.SelectMany(segment => segment.Rows).Select(row => WithoutTime(row.Content, row.UpTo)).ToHashSet(StringComparer.Ordinal)
            : [];
        foreach (var content in stored.Keys)
            if (!expected.ContainsKey(content))
                return $"a row is stored that was never received: {content}; with the same id came {arrived.Find(read => read.UpTo is not null && content.StartsWith($"{read.UpTo}|", StringComparison.Ordinal))?.Content ?? "nothing"}";
        var whole = objects.Where(segment => segment.Whole).SelectMany(segment => segment.Rows).CountBy(row => row.Content).ToDictionary();
        foreach (var (content, count) in expected)
            if (whole.GetValueOrDefault(content) > (kind == SequenceKind.None ? count : 1) || kind == SequenceKind.None && stored.GetValueOrDefault(content) < count)
                return $"a row was received {count} times, is stored {stored.GetValueOrDefault(content)} times, {whole.GetValueOrDefault(content)} times among whole objects: {content}";
        foreach (var read in arrived)
            if (!stored.ContainsKey(read.Content) && !read.Replayed && !timeless.Contains(WithoutTime(read.Content, read.UpTo)))
                return $"an event was received and is not stored: {read.Content}";
        foreach (var (isWhole, key, rows) in objects.OrderByDescending(segment => segment.Whole))
            if (WholeFault(id, kind, key, isWhole, rows, arrived) is { } fault)
                return $"{key}: {fault}";
        return null;
    }

    private static string WithoutTime(string content, long? upTo) => $"{upTo}{content[content.IndexOf('|', StringComparison.Ordinal)..]}";

    private string? WholeFault((string Dataset, string Market) id, SequenceKind kind, string key, bool whole, List<(string Content, long? After, long? UpTo, long Ts, string? Mark)> rows, List<FuzzEvent> arrived)
    {
        var parts = key.Split('/');
        var at = whole ? 0 : 1;
        var start = (DateTime.Parse($"{parts[at + 3][5..]}-{parts[at + 4][6..]}-{parts[at + 5][4..]}T{parts[at + 6][..2]}:{parts[at + 6][2..4]}:00Z", null, System.Globalization.DateTimeStyles.AdjustToUniversal) - DateTime.UnixEpoch).Ticks / 10;
        bool Holds(long micros) => micros >= start && micros < start + Minute;
        if (rows.Find(row => !Holds(row.Ts) && row.Mark is null) is { Content: { } other })
            return $"a row of another window has no mark: {other}";
        if (!whole)
            return null;
        if (rows.Exists(row => row.Mark is not null and not "out-of-order"))
            return "it is whole and has a row whose time is not the exchange's";
        var starts = arrived.DistinctBy(read => read.Content).ToDictionary(read => read.Content, read => read.After); // the range of a trade may have several ids
        for (var index = 1; index < rows.Count && kind == SequenceKind.Contiguous; index++)
            if (starts[rows[index].Content] != rows[index - 1].UpTo)
                return $"it is whole and has a gap before {rows[index].Content}";
        if (fuzz.TimesAreChanged)
            return null;
        var contents = rows.Select(row => row.Content).ToHashSet(StringComparer.Ordinal);
        foreach (var read in arrived)
            if (Holds(read.Ts) && (kind == SequenceKind.Contiguous || read.ReachedBefore < start + Minute + Grace) // the connection had closed the window by rule W2
                && !contents.Contains(read.Content) && !read.Replayed && (kind != SequenceKind.Contiguous || !fuzz.IdsAreChanged)
                && arrived.TakeWhile(before => before != read).All(before => before.Ts < start + Minute))
                return $"it is whole and lacks {read.Content}, which was event {arrived.IndexOf(read)} of {arrived.Count}, after the exchange time {read.ReachedBefore}; the others: "
                    + string.Join(' ', arrived.Select(other => $"{other.Ts}{(contents.Contains(other.Content) ? "*" : "")}"));

        var symbol = markets.First(market => market.Value.Name == id.Market).Key;
        foreach (var (before, after, named) in doubts)
            if (kind != SequenceKind.Contiguous && (named is null || named == symbol) && before >= start && before < start + Minute - Second && after != long.MaxValue)
                return $"it is whole, and a frame that could not be decoded came between the exchange times {before} and {after}";
        return null;
    }

    private sealed class Counter : IEventSink
    {
        public int Count { get; private set; }

        public void OnTrade(in TradeEvent trade) => Count++;

        public void OnDiff(in DepthEvent diff) => Count++;

        public void OnSnapshot(in DepthEvent book) => Count++;

        public void OnNotice(in Notice notice)
        {
            // Notices are not compared.
        }
    }
}
