using System.Diagnostics;
using System.Globalization;
using Ingester.Commands;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Dashboard.Completeness;
using Ingester.Tests.Reading;

namespace Ingester.Tests.Dashboard.Completeness;

/// <summary>The command that a reader copies is one that a shell and the program understand as it is meant.</summary>
public sealed class RepairLineTests
{
    [Theory]
    [InlineData("/data", "BTC-USDT")]
    [InlineData("/my data/it's $HOME", "BTC-USDT")]
    [InlineData("s3://bucket/prefix", "BTC-241227-60000-C")]
    [InlineData("/data", "1000SATS-币安人生")]
    public async Task Command_is_accepted_by_the_program(string store, string market)
    {
        var from = Replica.T0 + 10 * Replica.Minute + 17;
        var line = RepairLine.Format(["--store", store, "--set", "Ingester:Store:S3:ServiceUrl=http://127.0.0.1:4566"], new(Dataset.Depth, "binance-us", market), from, from + 2 * Replica.Minute);
        var words = await SplitAsync(line);
        Assert.Equal(["ingester", "repair"], words.Take(2));
        var parsed = RepairCommand.Create().Parse([.. words.Skip(2)]);
        Assert.Empty(parsed.Errors);
        Assert.Equal(store, parsed.GetValue<string>("--store"));
        Assert.Equal(["Ingester:Store:S3:ServiceUrl=http://127.0.0.1:4566"], parsed.GetValue<string[]>("--set")!);
        Assert.Equal(market, parsed.GetValue<string>("--pair"));
        Assert.Equal(["depth"], parsed.GetValue<string[]>("--dataset")!);
        Assert.Equal("binance-us", Assert.Single(parsed.GetValue<IExchange[]>("--exchange")!).Profile.Name);
        Assert.Equal(Micros.ToDateTime(Replica.T0 + 10 * Replica.Minute), parsed.GetValue<DateTimeOffset>("--from").UtcDateTime);
        Assert.Equal(Micros.ToDateTime(Replica.T0 + 13 * Replica.Minute), parsed.GetValue<DateTimeOffset>("--to").UtcDateTime);
    }

    [Fact]
    public void Time_without_length_is_one_minute()
    {
        var line = RepairLine.Format(["--store", "/data"], new(Dataset.Trades, "binance", "BTC-USDT"), Replica.T0, Replica.T0);
        Assert.Equal("ingester repair --store /data --exchange binance --dataset trades --pair BTC-USDT --from 2025-10-25T00:00 --to 2025-10-25T00:01", line);
    }

    [Fact]
    public void Outlook_says_what_the_exchange_serves()
    {
        Assert.Contains("requests the missing events", RepairLine.Outlook(new(Dataset.Trades, "binance", "BTC-USDT")), StringComparison.Ordinal);
        Assert.Contains("does not serve past depth", RepairLine.Outlook(new(Dataset.Depth, "binance", "BTC-USDT")), StringComparison.Ordinal);
    }

    /// <summary>The words as a POSIX shell splits the line.</summary>
    private static async Task<IReadOnlyList<string>> SplitAsync(string line)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("-s");
        using var shell = Process.Start(start)!;
        await shell.StandardInput.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"for word in {line}; do printf '%s\\0' \"$word\"; done\n"));
        shell.StandardInput.Close();
        var words = (await shell.StandardOutput.ReadToEndAsync()).Split('\0');
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
        return words[..^1];
    }
}
