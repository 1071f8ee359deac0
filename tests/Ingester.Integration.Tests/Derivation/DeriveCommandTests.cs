using System.Diagnostics;
using Ingester.Integration.Tests.Commands;

namespace Ingester.Integration.Tests.Derivation;

/// <summary><c>ingester derive</c>, killed, run twice, two at once, and on a full disk: in the end the same objects, each exactly once.</summary>
public sealed class DeriveCommandTests : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-derive-").FullName;

    private string Data => Path.Combine(folder, "data");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Killed_and_run_again_and_two_at_once_write_the_objects_of_one_run()
    {
        await SmallMarket.ImportAsync(folder);
        var expected = await DeriveCopyAsync();
        Assert.Equal(3 * 12, expected.Keys.Count(key => key.EndsWith("_r1.json.gz", StringComparison.Ordinal)));
        Assert.Equal(3, expected.Keys.Count(key => key.EndsWith("00_r6.parquet", StringComparison.Ordinal)));

        // It is killed while it reads the trades of the second hour: everything of the first hour is written.
        var blocked = Directory.EnumerateFiles(Path.Combine(Data, "trades"), "0102-*", SearchOption.AllDirectories).Single();
        File.Move(blocked, blocked + ".moved");
        Run("mkfifo", blocked); // opening it waits for a writer
        using (var killed = new RunningCommand(new Dictionary<string, string>(), "derive", "--from", SmallMarket.Begin, "--to", SmallMarket.End, "--store", Data, "--interval", "1m,5m"))
            while (SmallMarket.ReadDerived(folder).Count < 3 * 6)
                await Task.Delay(Poll, Cancel);
        File.Move(blocked + ".moved", blocked, overwrite: true);
        Assert.Equal(3 * 6, SmallMarket.ReadDerived(folder).Count);

        var two = await Task.WhenAll(SmallMarket.DeriveAsync(folder), SmallMarket.DeriveAsync(folder));
        Assert.All(two, run => Assert.True(run.Exit is 0 or 3, run.Error));
        Assert.Equal(expected, SmallMarket.ReadDerived(folder));
        var again = await SmallMarket.DeriveAsync(folder);
        Assert.Contains("0 minute objects and 0 hour objects written, 0 written by another process, 36 unchanged.", again.Output, StringComparison.Ordinal);
        Assert.Equal(expected, SmallMarket.ReadDerived(folder));
    }

    [Fact]
    public async Task Full_disk_ends_the_run_with_its_reason_and_the_next_run_writes_the_rest()
    {
        Directory.CreateDirectory(Data);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", Data), "Mounting a small disk needs root.");
        try
        {
            await SmallMarket.ImportAsync(folder);
            var expected = await DeriveCopyAsync();
            var drive = new DriveInfo(Data);
            Run("mount", "-o", $"remount,size={drive.TotalSize - drive.AvailableFreeSpace + (60 << 10)}", Data);
            var full = await SmallMarket.DeriveAsync(folder);
            Assert.Equal(1, full.Exit);
            Assert.Contains("The disk is full", full.Error, StringComparison.Ordinal);
            Assert.InRange(SmallMarket.ReadDerived(folder).Count, 1, expected.Count - 1);
            Run("mount", "-o", "remount,size=16m", Data);
            Assert.NotEqual(1, (await SmallMarket.DeriveAsync(folder)).Exit);
            Assert.Equal(expected, SmallMarket.ReadDerived(folder));
        }
        finally
        {
            Run("umount", Data);
        }
    }

    [Theory]
    [InlineData("--orderbook requires --dataset book-metrics.", "--dataset", "bars", "--orderbook", "binance=BTC-USDT")]
    [InlineData("--orderbook requires --bands with 1,5,10,50,100.", "--bands", "1,5", "--orderbook", "binance=BTC-USDT")]
    [InlineData("--orderbook kraken=BTC-USDT: kraken is not among the exchanges that are derived: binance.", "--orderbook", "kraken=BTC-USDT")]
    [InlineData("have the same folder orderbook", "--orderbook", "binance=BTC-USDT", "--orderbook", "binance=ETH-USDT")]
    [InlineData("'binance=*' is not a market", "--orderbook", "binance=*")]
    [InlineData("'binance=A@B/C' is not a market", "--orderbook", "binance=A@B/C")]
    public async Task Wrong_order_books_are_refused(string expected, params string[] arguments)
    {
        var trades = Directory.CreateDirectory(Path.Combine(Data, "trades", "exchange=binance", "pair=BTC-USDT")).FullName;
        await File.WriteAllTextAsync(Path.Combine(trades, "x"), "", Cancel);
        var ended = await SmallMarket.DeriveAsync(folder, arguments);
        Assert.Equal(2, ended.Exit);
        Assert.Contains(expected, ended.Error, StringComparison.Ordinal);
    }

    /// <summary>The objects of one run over a copy of the store.</summary>
    private async Task<SortedDictionary<string, string>> DeriveCopyAsync()
    {
        var copy = Directory.CreateDirectory(Path.Combine(folder, "copy")).FullName;
        Run("cp", "-r", Data, copy);
        Assert.True((await SmallMarket.DeriveAsync(copy)).Exit is 0 or 3);
        return SmallMarket.ReadDerived(copy);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
