using System.Diagnostics;
using System.Globalization;
using Ingester.Demo;
using Ingester.Exchanges;
using Ingester.Integration.Tests.Recording;

namespace Ingester.Integration.Tests.Playing;

/// <summary>One recorder in a process of its own records all exchanges at the same time, from players in this process. Explicit: it needs the whole machine for minutes.</summary>
[Collection(AloneCollection.Name)]
public sealed class AllExchangesTests(ITestOutputHelper output) : IDisposable
{
    private const int ShownLines = 12;
    private const int Streams = 3_000;
    private const double FramesPerSecond = 20_000;
    private const int AloneMarkets = 50;
    private const double AloneFramesPerSecond = 2_000;

    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan AloneLead = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AloneSpan = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly string[] Names = [.. ExchangeCatalog.All.Select(exchange => exchange.Profile.Name)];

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-all-").FullName;

    private static TimeSpan Span => TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("INGESTER_LOAD_SECONDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 120);

    [Fact(Explicit = true)]
    public async Task Every_exchange_is_recorded_completely_by_one_process()
    {
        await using var load = await PlayedLoad.CreateAsync(Names, Streams / Names.Length / 2 + 1, FramesPerSecond / Names.Length, Lead, Span);
        var run = await RecordAsync(load);
        output.WriteLine($"{Names.Length} exchanges, {load.Streams:N0} streams, {load.Frames / Span.TotalSeconds:N0} frames/s for {Span}; ready after {run.Ready.TotalSeconds:N1} s; "
            + $"{run.Cpu.TotalSeconds:N1} CPU s after that ({run.Cpu.TotalMilliseconds * 1_000 / load.Frames:N1} µs per frame); at most {run.Memory >> 20} MiB");
        await CheckAsync(load, Names);
    }

    [Fact(Explicit = true)]
    public async Task Exchange_of_which_no_frame_can_be_decoded_costs_the_others_nothing()
    {
        const string Damaged = "gate";
        await using var load = await PlayedLoad.CreateAsync(Names, Streams / Names.Length / 2 + 1, FramesPerSecond / Names.Length, Lead, Span, Damaged);
        var run = await RecordAsync(load);
        output.WriteLine($"No frame of {Damaged} can be decoded; ready after {run.Ready.TotalSeconds:N1} s; {run.Cpu.TotalSeconds:N1} CPU s after that; at most {run.Memory >> 20} MiB; {run.Quarantined:N0} frames quarantined");
        Assert.True(run.Quarantined > 0);
        await CheckAsync(load, [.. Names.Where(name => name != Damaged)]);
    }

    [Fact(Explicit = true)]
    public async Task Cost_of_every_exchange_alone()
    {
        output.WriteLine("| exchange | seconds to ready | CPU µs per frame | MiB |");
        output.WriteLine("| --- | ---: | ---: | ---: |");
        foreach (var name in Names)
        {
            await using var load = await PlayedLoad.CreateAsync([name], AloneMarkets, AloneFramesPerSecond, AloneLead, AloneSpan);
            var run = await RecordAsync(load);
            output.WriteLine($"| `{name}` | {run.Ready.TotalSeconds:N1} | {run.Cpu.TotalMilliseconds * 1_000 / load.Frames:N1} | {run.Memory >> 20} |");
            await CheckAsync(load, [name]);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string StoreOf(PlayedLoad load) => Path.Combine(folder, $"{load.Exchanges.Count}-{load.Exchanges.First()}");

    private async Task<(TimeSpan Ready, TimeSpan Cpu, long Memory, long Quarantined)> RecordAsync(PlayedLoad load)
    {
        using var patience = new CancellationTokenSource(Patience);
        var cancel = patience.Token;
        await load.StartAsync();
        var configuration = ReplicaFile.Write(folder, load, load.Clock, new { Store = new { Directory = StoreOf(load) } });
        var began = TimeProvider.System.GetTimestamp();
        using var replica = new ReplicaProcess("a", configuration, Path.Combine(folder, "a.log"));
        using var process = Process.GetProcessById(replica.Id);
        while (await replica.GetStatusAsync(cancel) is not { Dead: null, NotReady: null })
        {
            Assert.False(replica.HasExited, "The recorder ended.");
            Assert.False(load.HasBegun, $"The recorder was not ready before the first frame: {(await replica.GetStatusAsync(cancel))?.NotReady}");
            await Task.Delay(Poll, cancel);
        }

        var ready = TimeProvider.System.GetElapsedTime(began);
        var before = process.TotalProcessorTime;
        while (!load.Finished.IsCompleted)
        {
            Assert.False(replica.HasExited, "The recorder ended.");
            await Task.Delay(Poll, cancel);
        }

        await load.Finished;
        var quarantined = 0L;
        for (long? frames = null; !(frames >= load.Messages);)
        {
            Assert.False(replica.HasExited, "The recorder ended.");
            if (await replica.GetStatusAsync(cancel) is { } status)
                (frames, quarantined) = (status.Frames, status.Quarantined);
            await Task.Delay(Poll, cancel);
        }

        process.Refresh();
        var (cpu, memory) = (process.TotalProcessorTime - before, process.PeakWorkingSet64);
        var exit = await replica.StopAsync(cancel);
        Assert.True(exit == 0, $"The recorder ended with {exit}. Its last lines:\n{string.Join('\n', File.ReadLines(replica.LogPath).TakeLast(ShownLines))}");
        return (ready, cpu, memory, quarantined);
    }

    private async Task CheckAsync(PlayedLoad load, IReadOnlyCollection<string> names)
    {
        var faults = new List<string>();
        foreach (var name in names)
            faults.AddRange(await load.CompareAsync(name, StoreOf(load)));
        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(20)));
    }
}
