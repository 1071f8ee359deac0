using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Schemas;
using Ingester.Paper.Engine;
using Ingester.Schemas;

namespace Ingester.Integration.Tests.Paper;

/// <summary>The program for paper trading, run as its README says: the demo, the report, the check of the journal, and what is refused.</summary>
public sealed class PaperProgramTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-paper-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Demo_trades_and_every_command_works_on_its_store()
    {
        var demo = await RunAsync("demo", "--data", folder);
        Assert.True(demo.Exit == 0, demo.Error + demo.Output);
        Assert.Contains("on proven data", demo.Output, StringComparison.Ordinal);
        var store = Path.Combine(Assert.Single(Directory.GetDirectories(folder)), "store");

        var report = await RunAsync("report", "--json", "--store", store);
        Assert.Equal(0, report.Exit);
        PublishedSchema.Validate(OutputSchema.PaperReport, report.Output);
        var result = JsonNode.Parse(report.Output)!;
        Assert.True((int)result["fills"]! >= 20, report.Output);
        Assert.True((int)result["refused"]! >= 1, report.Output);
        Assert.True((int)result["evidence"]!["uncertain"]! >= 1, report.Output);
        Assert.InRange(decimal.Parse((string)result["provenShare"]!, CultureInfo.InvariantCulture), 0.01m, 0.99m);

        var check = await RunAsync("verify-journal", "--json", "--store", store);
        Assert.Equal(0, check.Exit);
        PublishedSchema.Validate(OutputSchema.PaperVerify, check.Output);
        await CheckReplayAsync(store, (string)result["journalHead"]!);
        await CheckDamageAsync(store);
        await CheckRefusalsAsync(store);
    }

    /// <summary>The same run again confirms the journal; recorded arrivals give another one.</summary>
    private static async Task CheckReplayAsync(string store, string head)
    {
        string[] run = ["run", "--from", "2026-11-20T10:00", "--to", "2026-11-20T12:00", "--market", "binance=BTC-USDT", "--profile", "dev", "--store", store];
        string[] settings = ["--set", "Paper:Orders:Type=Limit", "--set", "Paper:Orders:Lifetime=00:40:00", "--set", "Paper:Orders:MakerFee=0.0001", "--set", "Paper:Risk:MaxPosition=8000"];
        var again = await RunAsync([.. run, .. settings, "--run", "demo"]);
        Assert.Contains($"blocks of its journal existed with the same bytes, 0 were written, head {head}", again.Output, StringComparison.Ordinal);
        var other = await RunAsync([.. run, "--run", "demo"]);
        Assert.Equal(1, other.Exit);
        Assert.Contains("exists with other content", other.Error, StringComparison.Ordinal);
        var recorded = await RunAsync([.. run, "--run", "recorded", "--set", "Paper:Feed:Arrivals=Recorded", "--set", "Paper:Orders:DrawLatency=true"]);
        Assert.True(recorded.Exit is 0 or 3, recorded.Error);
    }

    private static async Task CheckDamageAsync(string store)
    {
        var block = Directory.GetFiles(Path.Combine(store, "paper", "run=demo")).Order(StringComparer.Ordinal).ElementAt(7);
        var bytes = await File.ReadAllBytesAsync(block);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(block, bytes);
        var check = await RunAsync("verify-journal", "demo", "--store", store);
        Assert.Equal(1, check.Exit);
        Assert.Contains("paper/run=demo/00000007.jsonl", check.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("report", "demo", "--store", store)).Exit);
    }

    private static async Task CheckRefusalsAsync(string store)
    {
        string[] run = ["run", "--market", "binance=BTC-USDT", "--profile", "dev", "--store", store];
        await RefusedAsync(2, "Give --from and --to", run);
        await RefusedAsync(2, "Give either --live", [.. run, "--live", "http://127.0.0.1:1", "--from", "2026-11-20T10:00"]);
        await RefusedAsync(2, "--from must be at least one bar before --to", [.. run, "--from", "2026-11-20T10:00", "--to", "2026-11-20T10:00"]);
        await RefusedAsync(1, "at least 100 are required", [.. run, "--from", "2026-11-20T08:30", "--to", "2026-11-20T09:00"]);
        string[] period = ["--from", "2026-11-20T10:00", "--to", "2026-11-20T10:10"];
        await RefusedAsync(2, "Paper:Surprise", [.. run, .. period, "--set", "Paper:Surprise=1"], "Surprise");
        await RefusedAsync(2, "does not divide a day", [.. run, .. period, "--set", "Paper:BarMinutes=7"]);
        await RefusedAsync(2, "is not an exchange", ["run", "--market", "nowhere=BTC-USDT", .. period, "--store", store]);
        await RefusedAsync(2, "does not exist", ["report", "--store", Path.Combine(store, "absent")]);
        await RefusedAsync(1, "There is no run absent", ["verify-journal", "absent", "--store", store]);
        await RefusedAsync(2, "does not exist", [.. run, .. period, "--set", "Paper:Models:0:Kind=Onnx", "--set", "Paper:Models:0:File=absent.onnx"]);
    }

    private static async Task RefusedAsync(int exit, string sentence, string[] arguments, string? also = null)
    {
        var ended = await RunAsync(arguments);
        Assert.True(ended.Exit == exit, $"{string.Join(' ', arguments)}: {ended.Exit} {ended.Error}");
        Assert.Contains(also ?? sentence, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    private static async Task<EndedCommand> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(PaperEngine).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        return new(process.ExitCode, await output, await error);
    }
}
