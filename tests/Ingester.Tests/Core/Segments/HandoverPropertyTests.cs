using System.Text;
using Ingester.Core.Handovers;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Testing.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using static Ingester.Tests.Core.Segments.StreamRig;

namespace Ingester.Tests.Core.Segments;

/// <summary>
/// One stream over many connections, each with a delay of its own, replaced in order or cut anywhere: what is claimed to be whole is whole, what was
/// received is stored, and what is replaced in order leaves no trace.
/// </summary>
public sealed class HandoverPropertyTests : IDisposable
{
    private const long Step = Second / 10;
    private const long Length = 8 * Minute;

    public static TheoryData<int, SequenceKind> Cases => [.. Enumerable.Range(1, 60).SelectMany(seed =>
        new[] { SequenceKind.Contiguous, SequenceKind.Monotonic, SequenceKind.None }.Select(kind => new TheoryDataRow<int, SequenceKind>(seed, kind)))];

    private readonly ChunkBalance chunks = new();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Connections_replaced_in_order_leave_every_window_whole_and_no_gap(int seed, SequenceKind kind)
    {
        var world = new World(seed, kind, busy: true);
        var closed = T0;
        for (var time = T0; time < T0 + Length || world.Feeds.Count > 1 && time < T0 + Length + Minute; time += Step)
        {
            world.Pass(time);
            if (world.Feeds.Count == 1 && time < T0 + Length && time > closed + 2 * Second && world.Random.Next(100) == 0)
            {
                world.Open(time);
            }
            else if (world.Feeds.Count == 2 && world.Recorder.GetTakeoverReadiness(world.Feeds[1].Clock) == TakeoverReadiness.Ready && time > world.Feeds[1].Opened + 5 * Second)
            {
                world.Close(world.Feeds[0]);
                closed = time;
            }
        }

        world.End();
        Assert.Empty(world.Output.Lines(Dataset.Gaps));
        world.AssertWholeIsWhole();
        world.AssertNothingReceivedIsMissing();
        Assert.Empty(world.WindowsBetween(T0, T0 + Length - 10 * Second).Except(world.Output.Whole.Select(s => s.Segment.Window.StartMicros)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Connections_lost_at_any_time_cause_no_false_claim_and_lose_no_received_event(int seed, SequenceKind kind)
    {
        var world = new World(seed, kind, busy: seed % 3 > 0);
        for (var time = T0; time < T0 + Length; time += Step)
        {
            world.Pass(time);
            if (world.Feeds.Count < 2 && world.Random.Next(world.Feeds.Count == 0 ? 10 : 100) == 0)
                world.Open(time);
            if (world.Feeds.Count > 0 && world.Random.Next(150) == 0)
                world.Close(world.Feeds[world.Random.Next(world.Feeds.Count)]);
        }

        world.End();
        world.AssertWholeIsWhole();
        world.AssertNothingReceivedIsMissing();
        if (kind == SequenceKind.Contiguous)
            world.AssertGapsAreWhatNobodyReceived();
    }

    /// <summary>A connection: what the exchange sends on it comes after a delay, in order, from the moment on that it is subscribed.</summary>
    private sealed record Feed(ConnectionClock Clock, long Opened, long Since, long Delay)
    {
        public int Next { get; set; }

        public bool Booked { get; set; }

        public long Beat { get; set; }
    }

    private sealed class World
    {
        private readonly List<(long Micros, string Price, SequenceRange? Range)> truth = [];
        private readonly HashSet<int> received = [];
        private readonly SequenceKind kind;

        public World(int seed, SequenceKind kind, bool busy)
        {
            (Random, this.kind) = (new(seed), kind);
            var context = new SegmentContext(new(), Output, new(new IngesterMeter(), NullLogger<SegmentEvents>.Instance));
            Recorder = new(new(Dataset.Depth, "testing", "BTC-USDT"), new(kind, StreamIdentity.PerConnection), context);
            var id = 100L;
            for (var micros = T0 - Minute; micros < T0 + Length + 2 * Minute; micros += Random.NextInt64(busy ? Second : 40 * Second))
                for (var together = Random.Next(1, 4); together > 0; together--)
                {
                    id += kind == SequenceKind.Monotonic ? Random.Next(1, 5) : 1;
                    truth.Add((micros, $"{Random.Next(1, 3)}.0", kind == SequenceKind.None ? null : SequenceRange.One(id)));
                }

            Open(T0 - 30 * Second);
        }

        public Random Random { get; }

        public CollectingOutput Output { get; } = new();

        public StreamRecorder Recorder { get; }

        public List<Feed> Feeds { get; } = [];

        public void Open(long time)
        {
            var feed = new Feed(new(), time, time + Random.NextInt64(Second), Random.NextInt64(Second)) { Beat = time };
            feed.Next = truth.FindIndex(sent => sent.Micros >= feed.Since);
            if (Feeds.Count > 0)
                Recorder.SuccessorOpened(feed.Clock);
            Feeds.Add(feed);
        }

        public void Close(Feed feed)
        {
            Feeds.Remove(feed);
            Recorder.ConnectionClosed(feed.Clock);
        }

        /// <summary>Everything comes that has come by this time.</summary>
        public void Pass(long time)
        {
            foreach (var feed in Feeds.OrderBy(_ => Random.Next()).ToList())
            {
                feed.Clock.LocalTime = time;
                for (; feed.Next < truth.Count && truth[feed.Next].Micros + feed.Delay <= time; feed.Next++)
                {
                    Acknowledge(feed, time);
                    Send(feed, feed.Next);
                }

                Acknowledge(feed, time);
                for (; feed.Beat + feed.Delay <= time; feed.Beat += Second / 2)
                    if (feed.Beat >= feed.Since)
                        Hear(feed.Clock, feed.Beat);
            }

            if (time % Second == 0)
                Recorder.Tick(Feeds.Count > 0 ? Feeds[0].Clock : new() { LocalTime = time }, new());
        }

        public void End()
        {
            while (Feeds.Count > 0)
                Close(Feeds[^1]);
            Recorder.Close(new());
        }

        public IEnumerable<long> WindowsBetween(long from, long until) =>
            truth.Select(sent => sent.Micros / Minute * Minute).Distinct().Where(start => start >= from && start + Minute <= until);

        public void AssertWholeIsWhole()
        {
            var byWindow = truth.ToLookup(sent => sent.Micros / Minute * Minute, Row);
            foreach (var (segment, rows) in Output.Whole)
                Assert.Equal(byWindow[segment.Window.StartMicros], Lines(rows));
            Assert.Distinct(Output.Whole.Select(s => s.Segment.Window.StartMicros));
        }

        public void AssertNothingReceivedIsMissing()
        {
            var stored = Output.Segments.SelectMany(s => Lines(s.Rows)).CountBy(row => row).ToDictionary();
            var came = received.Select(index => Row(truth[index])).CountBy(row => row);
            Assert.Empty(came.Where(row => stored.GetValueOrDefault(row.Key) < row.Value).Select(row => $"{row.Key}: {row.Value}, stored {stored.GetValueOrDefault(row.Key)}"));
        }

        public void AssertGapsAreWhatNobodyReceived()
        {
            var (first, last) = (received.Min(), received.Max());
            var missing = Enumerable.Range(first, last - first + 1).Where(index => !received.Contains(index)).Select(index => truth[index].Range!.Value.UpTo);
            var reported = new SortedSet<long>();
            foreach (var line in Output.Lines(Dataset.Gaps))
            {
                var row = System.Text.Json.JsonDocument.Parse(line).RootElement;
                for (var id = row.GetProperty("after").GetInt64() + 1; id <= row.GetProperty("upto").GetInt64(); id++)
                    _ = row.GetProperty("cause").GetString() == "late" ? reported.Remove(id) : reported.Add(id);
            }

            Assert.Empty(missing.Except(reported));
            Assert.All(reported.Except(missing), id => Assert.Contains(Output.Segments, s => !s.Segment.IsWhole && s.Segment.Range!.Value.After < id && id <= s.Segment.Range.Value.UpTo)); // single, between gaps
        }

        private static string[] Lines(string rows) => rows.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        private static string Row((long Micros, string Price, SequenceRange? Range) sent)
        {
            var range = sent.Range is { } covered ? $",\"after\":{covered.After},\"upto\":{covered.UpTo}" : "";
            return $"{{\"ts\":{sent.Micros}{range},\"bids\":[[\"{sent.Price}\",\"1\"]],\"asks\":[]}}";
        }

        private void Acknowledge(Feed feed, long time)
        {
            if (feed.Booked || time < feed.Since + feed.Delay)
                return;
            feed.Booked = true;
            Recorder.Subscribed(feed.Clock);
            if (kind == SequenceKind.None)
                Recorder.SnapshotReceived(feed.Clock);
        }

        private static void Hear(ConnectionClock clock, long micros)
        {
            for (var frame = 0; frame < 2; frame++) // a sibling stream says the same
            {
                clock.BeginFrame();
                clock.Observe(micros, Minute, 5 * Second);
            }
        }

        private void Send(Feed feed, int index)
        {
            var (micros, price, range) = truth[index];
            received.Add(index);
            Hear(feed.Clock, micros);
            Recorder.RecordDiff(new() { Micros = micros, Range = range, Bids = Encoding.UTF8.GetBytes($"[[\"{price}\",\"1\"]]"), Asks = "[]"u8 }, feed.Clock);
        }
    }

    public void Dispose() => chunks.Dispose();
}
