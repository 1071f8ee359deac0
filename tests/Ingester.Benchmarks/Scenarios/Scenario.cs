using System.Diagnostics;
using System.Text.Json;
using Ingester.Benchmarks.EndToEnd;
using Ingester.Benchmarks.Feeding;
using Ingester.Benchmarks.Hosted;

namespace Ingester.Benchmarks.Scenarios;

/// <summary>One recorder and one sender of recorded frames in real time. The recorder is sampled once a second and stopped, and the rows in its store are counted.</summary>
internal sealed record Scenario
{
    private static readonly string Disk = Path.GetTempPath();
    private static readonly string Memory = Directory.Exists("/dev/shm") ? "/dev/shm" : Disk;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FastPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(2);

    /// <summary>The options of all scenarios.</summary>
    public required ScenarioOptions Options { get; init; }

    /// <summary>The workload.</summary>
    public required FeedOptions Feed { get; init; }

    /// <summary>True to measure delays inside the recorder, which this program then hosts; false to run the published recorder.</summary>
    public bool Timed { get; init; }

    /// <summary>True for a bucket on loopback, false for a directory.</summary>
    public bool Bucket { get; init; }

    /// <summary>The control group of the recorder; null for none.</summary>
    public MemoryLimit? Limit { get; init; }

    /// <summary>Starts something at the address of a ready recorder and the directory of its store, and ends it after the recorder has stopped. Default: nothing.</summary>
    public Func<Uri, string, IAsyncDisposable?> Attach { get; init; } = static (_, _) => null;

    /// <summary>Called with each sample. Default: nothing.</summary>
    public Action<Sample> Watch { get; init; } = static _ => { };

    /// <summary>Runs it.</summary>
    public async Task<Outcome> RunAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Options.Store ?? (Limit is null ? Memory : Disk), $"ingester-scenario-{Environment.ProcessId}")).FullName;
        try
        {
            await using var lists = await MarketListServer.StartAsync(Enumerable.Range(0, Feed.Markets).Select(FrameTemplate.Symbol));
            await using var sink = Bucket ? await ObjectSink.StartAsync() : null;
            using var feed = await FeedProcess.StartAsync(Feed, yields: Bucket);
            var configuration = Configure(folder, feed.Port, lists.Address, sink?.Address);
            using var recorder = Start(configuration, folder);
            return await RunAsync(feed, recorder, folder, sink);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private RecorderProcess Start(string configuration, string folder)
    {
        var command = Timed ? [.. Options.Recorder, "host", folder] : Options.Recorder.Append("record");
        var credentials = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = "test", ["AWS_SECRET_ACCESS_KEY"] = "test", ["AWS_REGION"] = "us-east-1" };
        return RecorderProcess.Start(Limit?.Around(command) ?? command, configuration, Options.Settings, credentials);
    }

    private async Task<Outcome> RunAsync(FeedProcess feed, RecorderProcess recorder, string folder, ObjectSink? sink)
    {
        var started = Stopwatch.StartNew();
        await ReadyAsync(recorder);
        var start = started.Elapsed;
        await using var attached = Attach(recorder.Address, Path.Combine(folder, "store"));
        await feed.Begun.WaitAsync(TimeSpan.FromMinutes(2));
        var stolen = StolenTime.Watch();
        List<Sample> samples;
        await using (stolen)
            samples = await WatchAsync(feed, recorder);
        var sent = await feed.Done;
        var late = feed.Late;
        feed.Dispose();
        var exit = await recorder.StopAsync();
        var store = sink is null ? StoredRows.Read(Path.Combine(folder, "store")) : sink.Stored;
        return new()
        {
            Start = start,
            Sent = sent,
            SenderLate = late,
            Samples = samples,
            Stolen = stolen,
            Stored = store,
            Received = Timed ? DelayLog.Load(Path.Combine(folder, DelayLog.Received)) : new(),
            Kept = Timed ? DelayLog.Load(Path.Combine(folder, DelayLog.Stored)) : new(),
            Faults = [.. Faults(exit, sent, store.Rows, samples[^1], recorder.LastWords)],
        };
    }

    private static IEnumerable<string> Faults(int exit, long sent, long rows, Sample last, string words)
    {
        if (exit != 0)
            yield return $"exit code {exit}: {words}";
        if (rows != sent)
            yield return $"{sent} frames were sent and {rows} rows stored";
        if (last.Status.Quarantined > 0)
            yield return $"{last.Status.Quarantined} frames did not decode";
        if (last.Status.Gaps > 0)
            yield return $"{last.Status.Gaps} gaps were reported: {words}";
    }

    private static async Task ReadyAsync(RecorderProcess recorder)
    {
        var began = Stopwatch.StartNew();
        string? reason = null;
        while (began.Elapsed < StartLimit && !recorder.HasExited)
        {
            if (await recorder.StatusAsync() is { } status && (reason = status.NotReady) is null)
                return;
            await Task.Delay(FastPoll);
        }

        throw new InvalidOperationException($"The recorder was not ready: {reason} {recorder.LastWords}");
    }

    /// <summary>Takes a sample every second until every sent frame is recorded.</summary>
    private async Task<List<Sample>> WatchAsync(FeedProcess feed, RecorderProcess recorder)
    {
        var samples = new List<Sample>();
        var began = Stopwatch.StartNew();
        while (began.Elapsed < Feed.Length + DrainLimit)
        {
            if (recorder.HasExited)
                throw new InvalidOperationException($"The recorder has exited. {recorder.LastWords}");
            var due = Feed.DueAfter(began.Elapsed);
            if (await recorder.StatusAsync() is { } status)
            {
                samples.Add(new(began.Elapsed, due, feed.Sent, status));
                Watch(samples[^1]);
                if (feed.Done.IsCompleted && status.Events >= await feed.Done)
                    return samples;
            }

            await Task.Delay(Poll);
        }

        throw new InvalidOperationException($"The recorder stopped after {samples.LastOrDefault()?.Status.Events} of {feed.Sent} events. {recorder.LastWords}");
    }

    private string Configure(string folder, int port, string lists, string? bucket)
    {
        var path = Path.Combine(folder, "recorder.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            Ingester = new
            {
                Store = bucket is null ? (object)new { Directory = Path.Combine(folder, "store") } : new { S3 = new { Bucket = "bench", ServiceUrl = bucket, ForcePathStyle = true } },
                StopTimeout = "00:02:00",
                Exchanges = new
                {
                    binance = new
                    {
                        Markets = new[] { "*" },
                        WebSocket = $"ws://localhost:{port}",
                        Rest = lists,
                        StreamsPerConnection = 2 * Feed.Markets / Feed.Connections,
                    },
                },
            },
        }));
        return path;
    }
}
