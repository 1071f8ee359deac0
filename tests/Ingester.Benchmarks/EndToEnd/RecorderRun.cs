using System.Diagnostics;
using System.Text.Json;
using Ingester.Status;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>One run of the recorder with default settings, except for a clock that matches the frames.</summary>
internal sealed class RecorderRun(EndToEndOptions options, string[] recorder, Case @case)
{
    private const double WarmShare = 0.25;
    private const double LatestWarm = 0.5; // after a later first answer too few frames are left to measure

    /// <summary>Interval between status requests. A request costs the recorder about 1.5 ms; a run at full speed is shorter and needs a shorter interval.</summary>
    private readonly TimeSpan poll = TimeSpan.FromSeconds(@case.Rate is null ? 0.5 : 1);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly DateTime FirstFrame = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly List<RecorderStatus> samples = [];
    private string words = "";

    /// <summary>Runs it.</summary>
    public async Task<RunCost> RunAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(options.Store, $"ingester-e2e-{Environment.ProcessId}")).FullName;
        try
        {
            var symbols = await File.ReadAllLinesAsync(Path.Combine(options.Yardsticks, "data/markets.txt"));
            await using var lists = await MarketListServer.StartAsync(symbols);
            var before = await RunAsync(folder, symbols.Length, lists.Address);
            return Judge(before, PinnedProcess.ChildrenSeconds(), folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<(long Sent, double Children, int Exit)> RunAsync(string folder, int markets, string lists)
    {
        using var sender = await Sender.StartAsync(options.Yardsticks, @case, subscribed: true);
        var environment = new Dictionary<string, string>();
        if (@case.Secure)
            environment["SSL_CERT_FILE"] = Path.Combine(options.Yardsticks, "data/cert.pem");
        using var process = RecorderProcess.Start([.. recorder, "record"], Configure(folder, markets, sender.Port, lists), options.Settings, environment);
        var sent = await WatchAsync(process, sender.Sent);
        sender.Dispose();
        var children = PinnedProcess.ChildrenSeconds();
        var exit = await process.StopAsync();
        words = process.LastWords;
        return (sent, children, exit);
    }

    private string Configure(string folder, int markets, int port, string lists)
    {
        var path = Path.Combine(folder, "recorder.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            Ingester = new
            {
                Clock = new { Offset = FirstFrame - DateTime.UtcNow }, // at full speed, the frames' time passes faster than the recorder's clock, which may therefore start ahead
                Segments = new { MaxClockAhead = "01:00:00" },
                Store = new { Directory = Path.Combine(folder, "store") },
                StopTimeout = "00:02:00",
                Exchanges = new
                {
                    binance = new
                    {
                        Markets = new[] { "*" },
                        WebSocket = $"{(@case.Secure ? "wss" : "ws")}://localhost:{port}",
                        Rest = lists,
                        StreamsPerConnection = 2 * markets / Sender.Connections,
                    },
                },
            },
        }));
        return path;
    }

    /// <summary>Waits until every sent frame is recorded.</summary>
    private async Task<long> WatchAsync(RecorderProcess process, Task<long> sent)
    {
        var began = Stopwatch.StartNew();
        while (began.Elapsed < Limit && !process.HasExited)
        {
            await Task.Delay(poll);
            if (await process.StatusAsync() is not { } status)
                continue;
            samples.Add(status);
            if (sent.IsCompletedSuccessfully && status.Events >= await sent)
                return await sent;
        }

        throw new InvalidOperationException($"The recorder stopped after {samples.LastOrDefault()?.Events} events. {process.LastWords}");
    }

    private RunCost Judge((long Sent, double Children, int Exit) run, double children, string folder)
    {
        var total = samples[^1];
        var warm = samples.First(sample => sample.Events >= run.Sent * WarmShare);
        var frames = total.Events - warm.Events;
        var (rows, bytes, packed) = StoredRows.Read(Path.Combine(folder, "store"));
        var processor = @case.Rate is null ? children - run.Children - warm.ProcessorSeconds : total.ProcessorSeconds - warm.ProcessorSeconds;
        return new()
        {
            Frames = frames,
            ProcessorSeconds = processor,
            Ratio = (double)bytes / packed,
            PeakMemory = samples.Max(sample => sample.WorkingSet),
            AllocatedPerFrame = (double)(total.AllocatedBytes - warm.AllocatedBytes) / frames,
            OldestCollections = total.OldestCollections - warm.OldestCollections,
            StartSeconds = warm.ProcessorSeconds,
            Fault = run.Exit != 0 ? $"exit code {run.Exit}: {words}"
                : rows != run.Sent ? $"{run.Sent} frames were sent and {rows} rows stored"
                : warm.Events > run.Sent * LatestWarm ? $"the recorder first answered after a quarter of the frames when it had {(double)warm.Events / run.Sent:P0}: use more frames"
                : total.Quarantined > 0 ? $"{total.Quarantined} frames did not decode"
                : null,
        };
    }
}
