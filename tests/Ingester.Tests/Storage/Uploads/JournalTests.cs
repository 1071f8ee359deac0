using System.IO.Compression;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Testing;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Storage.Uploads;

public sealed class JournalTests
{
    private const string Gaps = "md/gaps/exchange=binance/year=2025/month=10/day=25/";

    private readonly ManualClock clock = new();
    private readonly MemoryStore store = new();

    [Fact]
    public async Task Rows_of_a_minute_become_one_object_when_the_minute_is_over()
    {
        await using var rig = new WriterRig(store, clock);
        rig.Writer.Add(Gap("{\"n\":1}"));
        await clock.TimerWithinAsync(TimeSpan.FromMinutes(1));
        clock.Advance(TimeSpan.FromSeconds(59));
        rig.Writer.Add(Gap("{\"n\":2}"));
        Assert.Empty(store.Requests);
        clock.Advance(TimeSpan.FromSeconds(1));
        await store.UntilAsync(() => store.Count("STORED") == 1);
        rig.Writer.Add(Gap("{\"n\":3}"));
        await rig.CompleteAsync();
        Assert.Equal([Gaps + "0000_a_17.json.gz", Gaps + "0001_a_17.json.gz"], store.Keys);
        Assert.Equal("{\"n\":1}\n{\"n\":2}\n", await TextAsync(store, store.Keys[0]));
        Assert.Equal("{\"n\":3}\n", await TextAsync(store, store.Keys[1]));
    }

    [Fact]
    public async Task Later_row_of_a_subject_replaces_the_earlier_one()
    {
        await using var rig = new WriterRig(store, clock);
        rig.Writer.Add(Gap("{\"held\":1}", subject: 1));
        rig.Writer.Add(Gap("{\"other\":1}", subject: 2));
        rig.Writer.Add(Gap("{\"free\":1}"));
        rig.Writer.Add(Gap("{\"stored\":1}", subject: 1));
        rig.Writer.Add(Gap("{\"free\":1}"));
        await rig.CompleteAsync();
        Assert.Equal("{\"stored\":1}\n{\"other\":1}\n{\"free\":1}\n{\"free\":1}\n", await TextAsync(store, Assert.Single(store.Keys)));
    }

    [Fact]
    public async Task Each_row_keeps_the_place_where_its_subject_appeared_first()
    {
        var (random, expected, places) = (new Random(1), new List<string>(), new Dictionary<int, int>());
        await using var rig = new WriterRig(store, clock);
        for (var number = 0; number < 3_000; number++)
        {
            var (subject, line) = (random.Next(2_000), $"{{\"n\":{number},\"text\":\"{new string('ü', random.Next(40))}\"}}");
            rig.Writer.Add(Gap(line, subject));
            if (places.TryAdd(subject, expected.Count))
                expected.Add(line);
            else
                expected[places[subject]] = line;
        }

        await rig.CompleteAsync();
        Assert.Equal(string.Concat(expected.Select(line => line + "\n")), await TextAsync(store, Assert.Single(store.Keys)));
    }

    [Fact]
    public async Task Each_dataset_and_exchange_has_a_journal_of_its_own()
    {
        await using var rig = new WriterRig(store, clock);
        rig.Writer.Add(new(Dataset.Gaps, "binance", "{\"n\":1}"));
        rig.Writer.Add(new(Dataset.Gaps, "kraken", "{\"n\":1}"));
        rig.Writer.Add(new(Dataset.Quarantine, "binance", "{\"text\":\"ünï\"}"));
        await rig.CompleteAsync();
        Assert.Equal(3, store.Keys.Count);
        Assert.Equal("{\"text\":\"ünï\"}\n", await TextAsync(store, store.Keys.Single(key => key.StartsWith("md/quarantine/", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Full_part_is_followed_by_numbered_ones_and_a_clock_that_steps_back_repeats_no_name()
    {
        var stepping = new SteppingClock(clock);
        await using var rig = new WriterRig(store, stepping, change: options => options.MaxJournalPartBytes = 1 << 10);
        for (var number = 0; number < 3; number++)
            rig.Writer.Add(Gap(new string((char)('a' + number), 1_100)));
        stepping.Offset = TimeSpan.FromMinutes(-3);
        rig.Writer.Add(Gap("{\"last\":1}"));
        await rig.CompleteAsync();
        Assert.Equal([Gaps + "0000_a_17-2.json.gz", Gaps + "0000_a_17-3.json.gz", Gaps + "0000_a_17-4.json.gz", Gaps + "0000_a_17.json.gz"], store.Keys);
        Assert.Equal("{\"last\":1}\n", await TextAsync(store, Gaps + "0000_a_17-4.json.gz"));
    }

    [Fact]
    public async Task Rows_that_find_no_room_are_counted_and_gaps_are_kept_longest()
    {
        var open = new TaskCompletionSource();
        store.Gate = open.Task;
        await using var rig = new WriterRig(store, clock, change: options => (options.MaxJournalBytes, options.MaxJournalPartBytes) = (1 << 16, 1 << 14));
        var line = new string('x', (1 << 12) - 1);
        for (var number = 0; number < 20; number++)
            rig.Writer.Add(new(Dataset.Quarantine, "binance", line));
        Assert.Equal(8, rig.Meter.JournalRowsLost.TotalOf("quarantine"));
        for (var number = 0; number < 5; number++)
            rig.Writer.Add(Gap(line));
        Assert.Equal(1, rig.Meter.JournalRowsLost.TotalOf("gaps"));
        Assert.Single(rig.Log.Of(Microsoft.Extensions.Logging.LogLevel.Error));
        open.SetResult();
        await rig.CompleteAsync();
        Assert.Equal(4, store.Keys.Count);
        Assert.Equal(4, rig.Meter.ObjectsStored.TotalOf("stored"));
    }

    [Fact]
    public async Task Journals_go_before_segments_that_wait()
    {
        var open = new TaskCompletionSource();
        store.Gate = open.Task;
        await using var rig = new WriterRig(store, clock, change: options => options.UploadWorkers = 1);
        for (var number = 0; number < 4; number++)
            Assert.True(rig.Writer.TryAdd(SegmentSample.Segment(new(Dataset.Trades, "binance", $"M{number}-USD"))));
        await store.UntilAsync(() => store.Count("PUT") == 1);
        rig.Writer.Add(Gap("{\"n\":1}"));
        await clock.TimerWithinAsync(TimeSpan.FromMinutes(1));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(SpinWait.SpinUntil(() => rig.Writer.BacklogState.Objects == 5, ManualClock.Patience));
        open.SetResult();
        await rig.CompleteAsync();
        Assert.StartsWith("PUT md/gaps/", store.Requests.Where(said => said.StartsWith("PUT", StringComparison.Ordinal)).ElementAt(1), StringComparison.Ordinal);
    }

    /// <summary>The rows of an object. The first row of a journal states the format, which is checked and removed.</summary>
    internal static async Task<string> TextAsync(MemoryStore store, string key)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(store.Body(key)), CompressionMode.Decompress));
        var text = await reader.ReadToEndAsync();
        if (!key.EndsWith(".json.gz", StringComparison.Ordinal))
            return text;
        const string First = "{\"format\":2,";
        Assert.StartsWith(First, text, StringComparison.Ordinal);
        return "{" + text[First.Length..];
    }

    private static JournalRow Gap(string line, int? subject = null) =>
        new(Dataset.Gaps, "binance", line, subject is { } rows ? new(SegmentSample.Trades, new(SegmentSample.Midnight, 1), CoverageState.Held, null, rows) : null);

    /// <summary>A clock that somebody sets: its time of day jumps, its timers do not.</summary>
    private sealed class SteppingClock(TimeProvider below) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => below.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => below.GetUtcNow() + Offset;

        public override long GetTimestamp() => below.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            below.CreateTimer(callback, state, dueTime, period);
    }
}
