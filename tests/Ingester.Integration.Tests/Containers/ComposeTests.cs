using System.Globalization;
using System.Net.Http.Json;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using Ingester.Core.Keys;
using Ingester.Demo;
using Ingester.Status;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Containers;

/// <summary>The image, and what <c>docker-compose.yml</c> does with it: LocalStack, the simulator and two replicas in containers, with the files that compose gives them.</summary>
[Collection(AloneCollection.Name)] // its clock is fast
public sealed class ComposeTests(ContainerEngine engine)
{
    private const int StatusPort = 8080;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20); // the image may have to be built first
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private const string Rate = "30"; // simulated seconds in a real one, so that minutes are over soon

    [Fact]
    public async Task Two_replicas_record_the_simulator_agree_on_whole_minutes_and_stop_with_everything_stored()
    {
        using var patience = new CancellationTokenSource(Patience);
        var cancel = patience.Token;
        using var store = new S3Store(await engine.StoreAsync("ingester"), TimeProvider.System); // made by deploy/localstack
        await engine.BuildRecorderAsync();
        var epoch = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        var exchanges = await engine.RecorderAsync("simulator", "simulate", "--listen", "0.0.0.0", "--port", "9700", "--markets", "2", "--rate", "100",
            "--speed", Rate, "--epoch", epoch);
        await using var simulator = exchanges.Build();
        await simulator.StartAsync(cancel);
        await using var a = await ReplicaAsync("a", epoch);
        await using var b = await ReplicaAsync("b", epoch);
        await Task.WhenAll(a.StartAsync(cancel), b.StartAsync(cancel));
        using var http = new HttpClient();
        while (await CountAsync(http, a, "stored") == 0 || await CountAsync(http, b, "stored") == 0 || await CountAsync(http, a, "duplicate") + await CountAsync(http, b, "duplicate") == 0
            || await StoreCheck.ListAsync(store, "", cancel) is var now && (now.CountObjects("trades") == 0 || now.CountObjects("depth") == 0))
            await Task.Delay(Poll, TimeProvider.System, cancel);

        var health = await a.ExecAsync(["dotnet", "/app/ingester.dll", "health", $"http://127.0.0.1:{StatusPort}"], cancel);
        Assert.True(health.ExitCode == 0, health.Stderr);
        Assert.Equal("1654", (await a.ExecAsync(["id", "-u"], cancel)).Stdout.Trim());
        await Task.WhenAll(a.StopAsync(cancel), b.StopAsync(cancel));
        Assert.All(await Task.WhenAll(a.GetExitCodeAsync(cancel), b.GetExitCodeAsync(cancel)), exit => Assert.Equal(0, exit));

        var check = await StoreCheck.ListAsync(store, "", cancel);
        Assert.Equal(0, check.CountObjects(ObjectKey.Divergent));
        Assert.True(check.CountObjects("trades") > 0 && check.CountObjects("depth") > 0 && check.CountObjects("coverage") > 0, "Trades, books and coverage are stored.");
    }

    private async Task<IContainer> ReplicaAsync(string name, string epoch)
    {
        var builder = await engine.RecorderAsync($"replica-{name}", "record", "--config", "/config/simulated.json", "--set", $"Ingester:Clock:Epoch={epoch}", "--set", $"Ingester:Clock:Rate={Rate}");
        return builder.WithPortBinding(StatusPort, assignRandomHostPort: true)
            .WithBindMount(Path.Combine(ContainerEngine.Repository, "deploy/compose"), "/config", AccessMode.ReadOnly)
            .WithEnvironment("INGESTER__REPLICA", name)
            .WithEnvironment("INGESTER__STORAGE__SPOOL__DIRECTORY", "/spool")
            .WithEnvironment("AWS_ACCESS_KEY_ID", "test")
            .WithEnvironment("AWS_SECRET_ACCESS_KEY", "test")
            .WithEnvironment("AWS_REGION", "us-east-1")
            .Build();
    }

    /// <summary>How many segments of a replica ended in some way; zero while it does not listen yet.</summary>
    private static async Task<long> CountAsync(HttpClient http, IContainer replica, string outcome)
    {
        Assert.Equal(TestcontainersStates.Running, replica.State);
        try
        {
            var status = await http.GetFromJsonAsync<RecorderStatus>(new UriBuilder("http", replica.Hostname, replica.GetMappedPublicPort(StatusPort), "/status").Uri);
            return status!.Segments.GetValueOrDefault(outcome);
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }
}
