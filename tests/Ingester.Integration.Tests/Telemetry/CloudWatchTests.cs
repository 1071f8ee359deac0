using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Demo;
using Ingester.Simulator;
using Ingester.Telemetry.CloudWatch;

namespace Ingester.Integration.Tests.Telemetry;

/// <summary>Metrics on their way to CloudWatch, against an emulator: what was sent is asked back under the documented names.</summary>
[Collection(AloneCollection.Name)] // a gap shows within a minute
public sealed class CloudWatchTests(MotoServer moto) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-metrics-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Statistics_return_the_values_that_were_put()
    {
        using var client = new CloudWatchClient(new() { Namespace = "Put", Region = "us-east-1", ServiceUrl = moto.Url });
        var now = TimeProvider.System.GetUtcNow();
        await client.PutAsync("Put", [.. Enumerable.Range(1, 50).Select(number => new MetricDatum(
            $"m{number}", [("replica", "a"), ("kind", "b")], now, "Seconds", new(2, number * 3, number, number * 2)))], CancellationToken.None);
        Assert.Equal("21", await AskAsync("Put", "m7", "Sum", ("replica", "a"), ("kind", "b")));
        Assert.Equal("14", await AskAsync("Put", "m7", "Maximum", ("replica", "a"), ("kind", "b")));
        Assert.Null(await AskAsync("Put", "m7", "Sum", ("replica", "b"), ("kind", "b")));
    }

    [Fact]
    public async Task Service_that_is_not_there_is_one_sentence()
    {
        MotoServer.SetCredentials();
        using var client = new CloudWatchClient(new() { Namespace = "Put", Region = "us-east-1", ServiceUrl = new("http://127.0.0.1:1") });
        var failure = await Assert.ThrowsAsync<MetricStoreException>(() => client.PutAsync("Put", [], CancellationToken.None));
        Assert.StartsWith("CloudWatch rejected the metrics", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gap_at_a_replica_and_its_heartbeat_show_under_the_documented_names_within_a_minute()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(new() { Exchanges = ["binance"], Markets = 2, EventsPerSecond = 100, MarketSkew = 0 }, TimeProvider.System);
        using var replica = new ReplicaProcess("a", Configure(simulator), Path.Combine(folder, "a.log"));
        await replica.WaitUntilReadyAsync(TestContext.Current.CancellationToken);
        using var patience = new CancellationTokenSource(Patience);
        await UntilAsync("the heartbeat shows", async () => await AskAsync("Live", "ingester.replica.heartbeat", "Maximum", ("replica", "a")) == "1", patience.Token);
        simulator.DropNext(simulator.Counts().Select(count => count.Stream).First(stream => stream.Dataset == Dataset.Trades), 3);

        // Unlike AWS, the emulator also counts data that have further dimensions: asked for by one tag, there is only one.
        await UntilAsync("the gap shows", async () => await AskAsync("Live", "ingester.gaps.detected", "Sum", ("replica", "a"), ("kind", "skip")) == "1", patience.Token);
        Assert.Equal("3", await AskAsync("Live", "ingester.gaps.messages", "Sum", ("replica", "a"), ("exchange", "binance")));
        await replica.KillAsync(patience.Token);
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> holds, CancellationToken cancel)
    {
        try
        {
            using var timer = new PeriodicTimer(Poll);
            while (!await holds())
                await timer.WaitForNextTickAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Waited in vain until {what}.");
        }
    }

    private string Configure(ExchangeSimulator simulator)
    {
        var path = Path.Combine(folder, "replica.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            Ingester = new
            {
                Store = new { Directory = Path.Combine(folder, "store") },
                Telemetry = new { CloudWatch = new { Namespace = "Live", Region = "us-east-1", ServiceUrl = moto.Url, Interval = "00:00:01" } },
                Exchanges = simulator.Exchanges.ToDictionary(name => name, name => new
                {
                    Markets = new[] { "*" },
                    WebSocket = simulator.WebSocketAddress(name).ToString(),
                    Rest = simulator.RestAddress(name).ToString(),
                }),
            },
        }));
        return path;
    }

    private Task<string?> AskAsync(string metricNamespace, string name, string statistic, params (string Name, string Value)[] dimensions) =>
        EmulatedMetrics.AskAsync(moto, metricNamespace, name, statistic, dimensions);
}
