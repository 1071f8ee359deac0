using Ingester.Integration.Tests.Commands;
using Ingester.Simulator.Store;
using Ingester.Testing.Importing;

namespace Ingester.Integration.Tests.Storage;

/// <summary>A store that refuses at the start ends every command in the same way.</summary>
public sealed class RefusingStoreTests(MotoServer moto) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly string[] Hour = ["--from", "2025-10-25T00:00", "--to", "2025-10-25T01:00"];

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-refusing-").FullName;
    private readonly CancellationTokenSource patience = new(Patience);
    private StoreProxy? proxy;

    public async ValueTask InitializeAsync() => proxy = await StoreProxy.StartAsync(moto.Url);

    public async ValueTask DisposeAsync()
    {
        if (proxy is not null)
            await proxy.DisposeAsync();
        patience.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(403, "No permission")]
    [InlineData(404, "does not exist")]
    [InlineData(501, "does not support")]
    public async Task Every_command_exits_with_1_and_prints_the_reason(int status, string words)
    {
        var bucket = status == 404 ? "there-is-no-such-bucket" : await moto.NewBucketAsync();
        if (status != 404)
            proxy!.Refuse(status);
        var recording = Path.Combine(folder, "a.ws.tsv");
        await File.WriteAllTextAsync(recording, $"1761350400.000000\t{ImportFrames.Trade("BTCUSDT", 1, 1_761_350_400_000_000)}\n");
        string[][] commands =
        [
            ["record", "--exchange", "binance=BTC-USDT", "--set", "Status:Listen="],
            ["import", "binance", recording],
            ["audit", .. Hour],
            ["repair", .. Hour],
            ["merge", "binance", "BTC-USDT", .. Hour],
            ["replay", "binance", "BTC-USDT", .. Hour],
            ["book", "binance", "BTC-USDT", "--at", "2025-10-25T00:30"],
        ];
        foreach (var command in commands)
        {
            using var running = new RunningCommand(new Dictionary<string, string>(), [.. command, .. ToProxy(bucket)]);
            Assert.Equal((command[0], 1), (command[0], await running.WhenEndedAsync(patience.Token)));
            Assert.Contains(words, running.Said, StringComparison.OrdinalIgnoreCase);
        }
    }

    private IEnumerable<string> ToProxy(string bucket) =>
    [
        "--set", $"Ingester:Store:S3:Bucket={bucket}", "--set", $"Ingester:Store:S3:ServiceUrl={proxy!.Url}", "--set", "Ingester:Store:S3:ForcePathStyle=true",
        "--set", "Ingester:Store:S3:Region=us-east-1", "--set", "Ingester:Store:S3:Timeout=00:00:02",
    ];
}
