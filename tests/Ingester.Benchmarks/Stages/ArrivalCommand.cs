using System.Globalization;
using System.Text;
using Ingester.Benchmarks.Scenarios;
using Ingester.Core.Keys;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Exchanges.Binance;
using Ingester.Recording.Lanes;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Testing.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Benchmarks.Stages;

/// <summary>
/// Measures what the dataset <c>arrivals</c> costs: CPU for each frame from the decoder to the store, with and without it in turn, and its bytes for each event. The
/// frames are trades and diffs of 500 markets whose rates differ as those of an exchange; nothing is received from a socket, so the share of CPU is an upper bound.
/// </summary>
internal static class ArrivalCommand
{
    private const int Markets = 500;
    private const int Minutes = 3;
    private const long Begin = 1_761_350_400_000_000;
    private const double MaxShare = 0.05;
    private const double MaxBytes = 5;

    /// <summary>Reads <c>arrivals [FRAMES] [ROUNDS]</c> and runs it; the defaults are 600,000 frames and 8 rounds.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var count = arguments is [var frameText, ..] ? int.Parse(frameText, CultureInfo.InvariantCulture) : 600_000;
        var rounds = arguments is [_, var roundText] ? int.Parse(roundText, CultureInfo.InvariantCulture) : 8;
        var frames = CreateFrames(count);
        var (with, without) = (new List<double>(), new List<double>());
        var bytes = 0.0;
        await MeasureAsync(frames, recordsArrivals: true); // compiles the code
        for (var round = 0; round < rounds; round++)
            foreach (var recordsArrivals in round % 2 == 0 ? [true, false] : new[] { false, true })
            {
                var (cpu, store) = await MeasureAsync(frames, recordsArrivals);
                (recordsArrivals ? with : without).Add(cpu);
                if (recordsArrivals)
                    bytes = (double)store.Bytes("arrivals/") / count;
            }

        var share = Median([.. with.Zip(without, (one, other) => one / other - 1)]); // neighbours in time: other processes disturb both alike
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count:N0} frames of {Markets} markets in {Minutes} minutes, {rounds} rounds. CPU per million frames: {without.Min():0.000} s without arrivals, {with.Min():0.000} s with (lowest of each). Median of the pairs: {share:+0.0%;-0.0%}. {bytes:0.00} bytes per event."));
        var verdict = new Verdict();
        verdict.AtMost("additional CPU for arrivals, %", share * 100, MaxShare * 100);
        verdict.AtMost("bytes of arrivals per event", bytes, MaxBytes);
        return verdict.ExitCode;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<(double Cpu, CountingStore Store)> MeasureAsync((long Micros, byte[] Bytes)[] frames, bool recordsArrivals)
    {
        GC.Collect();
        var store = new CountingStore();
        var clock = new MovedClock();
        using var meter = new IngesterMeter();
        using var writer = new SegmentWriter(store, new ReplicaIdentity { Replica = "a", ProcessStartMicros = 1 }, new() { UploadSpread = TimeSpan.Zero, MaxQueuedBytes = 1L << 34 }, clock,
            new(NullLogger<StorageEvents>.Instance, meter));
        var writing = writer.RunAsync(CancellationToken.None);
        var context = new SegmentContext(new(), writer, new(meter, NullLogger<SegmentEvents>.Instance)) { Compression = writer.SegmentCompression, RecordsArrivals = recordsArrivals };
        var lane = new Lane(BinanceSpot.Global, context, new(meter, NullLogger<LaneEvents>.Instance), clock);
        lane.Add([.. Enumerable.Range(0, Markets).SelectMany(number => new[] { Dataset.Trades, Dataset.Depth }.Select(dataset => new Subscription(dataset, new($"M{number}-USDT", $"M{number}USDT"))))]);
        var began = Environment.CpuUsage.TotalTime;
        using (var feed = lane.OpenFeed(new IgnoringListener()))
            foreach (var (micros, bytes) in frames)
            {
                clock.Now = micros;
                feed.Receive(bytes);
            }

        lane.Close();
        if (await writer.CompleteAsync(TimeSpan.FromMinutes(5)) > 0)
            throw new InvalidOperationException("Not everything was stored.");
        var cpu = (Environment.CpuUsage.TotalTime - began).TotalSeconds / frames.Length * 1e6;
        await writing;
        return (cpu, store);
    }

    /// <summary>Frames in the order of their receive times: exponential intervals, rates by Zipf's law, a third of them trades.</summary>
    private static (long Micros, byte[] Bytes)[] CreateFrames(int count)
    {
        var random = new Random(1);
        var weights = Enumerable.Range(1, Markets).Select(rank => 1.0 / rank).ToArray();
        var cumulative = new double[Markets];
        for (var (number, sum) = (0, 0.0); number < Markets; number++)
            cumulative[number] = sum += weights[number];
        var ids = Enumerable.Range(0, Markets).Select(number => (Trade: 1_000_000L * (number + 1), Diff: 50_000_000_000L + number)).ToArray();
        var frames = new (long Micros, byte[] Bytes)[count];
        var interval = Minutes * 60_000_000.0 / count;
        var micros = (double)Begin;
        for (var frame = 0; frame < count; frame++)
        {
            micros += -Math.Log(1 - random.NextDouble()) * interval;
            var number = Math.Min(Markets - 1, ~Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]));
            var exchangeMillis = ((long)micros - random.Next(2_000, 30_000)) / 1_000;
            frames[frame] = ((long)micros, Encoding.UTF8.GetBytes(frame % 3 == 0 ? Trade(number, ++ids[number].Trade, exchangeMillis, random) : Diff(number, ref ids[number].Diff, exchangeMillis, random)));
        }

        return frames;
    }

    private static string Trade(int number, long id, long millis, Random random) => string.Create(CultureInfo.InvariantCulture,
        $"{{\"stream\":\"m{number}usdt@trade\",\"data\":{{\"e\":\"trade\",\"E\":{millis},\"s\":\"M{number}USDT\",\"t\":{id},\"p\":\"{Price(random)}\",\"q\":\"0.00{random.Next(100_000, 999_999)}\",\"T\":{millis},\"m\":true,\"M\":true}}}}");

    private static string Diff(int number, ref long last, long millis, Random random)
    {
        var first = last + 1;
        last += random.Next(1, 60);
        return string.Create(CultureInfo.InvariantCulture,
            $"{{\"stream\":\"m{number}usdt@depth@100ms\",\"data\":{{\"e\":\"depthUpdate\",\"E\":{millis},\"s\":\"M{number}USDT\",\"U\":{first},\"u\":{last},\"b\":[{Levels(random)}],\"a\":[{Levels(random)}]}}}}");
    }

    private static string Levels(Random random) => string.Join(',', Enumerable.Range(0, random.Next(1, 8)).Select(_ => $"[\"{Price(random)}\",\"{random.Next(10)}.{random.Next(100_000, 999_999)}00\"]"));

    private static string Price(Random random) => $"68{random.Next(100, 200)}.{random.Next(10, 99)}000000";

    private sealed class MovedClock : TimeProvider
    {
        private long now = Begin;

        public long Now { get => Volatile.Read(ref now); set => Volatile.Write(ref now, value); }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMicroseconds(Now);
    }

    /// <summary>Counts the bytes that it is given, and keeps nothing.</summary>
    private sealed class CountingStore : IObjectStore
    {
        private readonly Dictionary<string, long> bytes = new(StringComparer.Ordinal);

        public long Bytes(string prefix)
        {
            lock (bytes)
                return bytes.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(entry => entry.Value);
        }

        public Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation)
        {
            lock (bytes)
                bytes[key] = body.Length;
            return Task.FromResult(PutOutcome.Stored);
        }

        public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => Task.FromResult<ObjectInfo?>(null);

        public Task<Stream?> GetAsync(string key, CancellationToken cancellation) => Task.FromResult<Stream?>(null);

        public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation) => AsyncEnumerable.Empty<ListedObject>();
    }
}
