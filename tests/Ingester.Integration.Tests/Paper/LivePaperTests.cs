using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ingester.Core.Books;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Recording;
using Ingester.PaperJournal.Blocks;
using Ingester.Simulator;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Paper;

/// <summary>Paper trading on the live stream of the real recorder, then on what it has stored of the same minutes: both decide, order and fill the same.</summary>
[Collection(AloneCollection.Name)]
public sealed class LivePaperTests : IDisposable
{
    private const string Exchange = "binance";
    private const int HistoryMinutes = 130;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-live-paper-").FullName;
    private readonly ClockOptions clockOptions = new() { Epoch = TimeProvider.System.GetUtcNow(), Rate = 30 };

    private string Store => Path.Combine(folder, "store");

    [Fact]
    public async Task Live_run_and_replay_of_what_the_recorder_stored_agree_byte_for_byte()
    {
        using var patience = new CancellationTokenSource(Patience);
        var cancel = patience.Token;
        var clock = SimulatedClock.Create(clockOptions);
        await using var simulator = await ExchangeSimulator.StartAsync(new() { Exchanges = [Exchange], Markets = 1, EventsPerSecond = 60, MarketSkew = 0, EnforceLimits = false }, clock);
        var market = simulator.Markets(Exchange)[0].Name;
        using var recorder = new ReplicaProcess("a", ReplicaFile.Write(folder, simulator, clockOptions, new { Store = new { Directory = Store }, Live = new { Enabled = true } }), Path.Combine(folder, "a.log"));
        await recorder.WaitUntilReadyAsync(cancel);
        var first = decimal.Parse(simulator.Book(Exchange, market).Bids[0].Price, CultureInfo.InvariantCulture);
        await HistoryBars.WriteAsync(new DirectoryStore(Store, TimeProvider.System), Exchange, market, Window.Containing(Micros.Now(clock), 1).StartMicros, HistoryMinutes, ExactDecimal.Parse((first * 0.99m).ToString(CultureInfo.InvariantCulture)));

        string[] settings =
        [
            "--store", Store, "--market", $"{Exchange}={market}", "--profile", "dev", "--set", "Paper:Decision:Amount=100", "--set", "Paper:Feed:ReorderDelay=00:00:45",
            "--set", "Paper:Decision:BuyAbove=0.000001", "--set", "Paper:Decision:SellBelow=-0.000001", "--set", $"Paper:Risk:KillFile={Path.Combine(folder, "stop")}",
        ];
        using var process = PaperCommand.Start(
        [
            "run", "--live", recorder.Address.ToString(), "--for", "5m", "--run", "live", .. settings,
            "--clock-epoch", clockOptions.Epoch!.Value.ToString("O", CultureInfo.InvariantCulture), "--clock-rate", clockOptions.Rate.ToString(CultureInfo.InvariantCulture),
        ]);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        while (!process.HasExited && !File.Exists(Path.Combine(Store, "paper", "run=live", "00000003.jsonl"))) // the run line, and two bars
            await Task.Delay(Poll, cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "stop"), "", cancel); // the last bars are refused
        await process.WaitForExitAsync(cancel);
        Assert.True(process.ExitCode == 0, $"{await error}{await output}");
        var lines = await ReadAsync("live", cancel);
        var lastMinute = Micros.ToDateTime(JsonNode.Parse(lines[^1])!["ts"]!.GetValue<long>() - Window.MicrosPerMinute).ToString("HHmm", CultureInfo.InvariantCulture);
        while (Array.FindAll(Directory.GetFiles(Store, $"{lastMinute}-1m_*", SearchOption.AllDirectories), static path => !path.Contains("fragments", StringComparison.Ordinal)).Length < 2) // trades and depth
            await Task.Delay(Poll, cancel);
        Assert.Equal(0, await recorder.StopAsync(cancel));
        File.Delete(Path.Combine(folder, "stop"));

        string[] period = ["--from", Moment(lines[0]), "--to", Moment(lines[^1])];
        var replay = await PaperCommand.RunAsync(["run", .. period, "--run", "replay", "--inputs", "live", .. settings]);
        Assert.True(replay.Exit == 0, replay.Error);
        Assert.Equal(lines, await ReadAsync("replay", cancel));
        var again = await PaperCommand.RunAsync(["run", .. period, "--run", "live", .. settings]);
        Assert.True(again.Exit == 0, again.Error);
        Assert.Contains(", 0 were written", again.Output, StringComparison.Ordinal);

        Assert.Contains(lines, static line => line.Contains("\"event\":\"filled\"", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("\"kind\":\"kill-file\",\"exists\":true", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("\"reason\":\"kill-file\"", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, static line => line.Contains("\"late\"", StringComparison.Ordinal));
        foreach (var run in new[] { "live", "replay" })
        {
            var check = await PaperCommand.RunAsync("verify-journal", run, "--store", Store);
            Assert.True(check.Exit == 0, check.Output + check.Error);
        }
    }

    public void Dispose()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine($"The store, the journals and what the recorder logged are kept in {folder}.");
        else
            Directory.Delete(folder, recursive: true);
    }

    private async Task<List<string>> ReadAsync(string run, CancellationToken cancel)
    {
        var lines = new List<string>();
        await foreach (var line in new RunJournalReader(new(new DirectoryStore(Store, TimeProvider.System), "", TimeProvider.System)).ReadAsync(run, cancel))
            lines.Add(Encoding.UTF8.GetString(line.Span));
        return lines;
    }

    private static string Moment(string line) => Micros.ToDateTime(JsonNode.Parse(line)!["ts"]!.GetValue<long>()).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
}
