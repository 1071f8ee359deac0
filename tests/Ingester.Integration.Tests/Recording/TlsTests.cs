using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Connections;
using Ingester.Simulator;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Recording;

/// <summary>The real program behind TLS: what the machine trusts is what <c>SSL_CERT_FILE</c> names, as for every program that uses OpenSSL.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private const string Host = "localhost";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-tls-").FullName;
    private readonly ClockOptions clock = new() { Epoch = TimeProvider.System.GetUtcNow(), Rate = 30 };
    private readonly CancellationTokenSource patience = new(Patience);
    private ExchangeSimulator? simulator;

    private string Store => Path.Combine(folder, "store");

    private CancellationToken Cancel => patience.Token;

    public async ValueTask InitializeAsync() => simulator = await ExchangeSimulator.StartAsync(
        new() { Exchanges = ["binance"], Markets = 2, EventsPerSecond = 200, MarketSkew = 0 }, SimulatedClock.Create(clock));

    public async ValueTask DisposeAsync()
    {
        if (simulator is not null)
            await simulator.DisposeAsync();
        patience.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Encrypted_frames_are_recorded_to_the_last_row()
    {
        await using var door = new TlsDoor(Host, simulator!.Port);
        using var replica = Start(door, Host, trusts: true);
        await replica.WaitUntilReadyAsync(Cancel);
        while (simulator.Counts().Sum(count => count.Sent) < 1_000)
            await Task.Delay(Poll, Cancel);
        Assert.Equal(0, await replica.StopAsync(Cancel));

        var check = await StoreCheck.ListAsync(new DirectoryStore(Store, TimeProvider.System), "", Cancel);
        foreach (var stream in simulator.Counts().Where(count => count.Stream.Dataset != Dataset.AggTrades && count.Sent > 0).Select(count => count.Stream))
            Assert.Empty((await check.CheckStreamAsync(stream, [.. simulator.Truth(stream)], Cancel)).Errors);
        Assert.Empty(await check.ReadGapsAsync(Cancel));
    }

    [Fact]
    public Task A_certificate_for_another_host_is_refused_although_it_is_trusted() => RefusesAsync("elsewhere.test", trusts: true,
        "The certificate of localhost is not accepted: it was issued for another host name. Its subject is CN=elsewhere.test.");

    [Fact]
    public Task Untrusted_certificate_is_rejected_even_if_its_name_matches() => RefusesAsync(Host, trusts: false,
        "The certificate of localhost is not accepted: this machine does not trust it (UntrustedRoot). Its subject is CN=localhost.");

    private async Task RefusesAsync(string issuedFor, bool trusts, string reason)
    {
        await using var door = new TlsDoor(issuedFor, simulator!.Port);
        using var replica = Start(door, issuedFor, trusts);
        string? said = null;
        while (said?.Contains("certificate", StringComparison.Ordinal) != true)
        {
            said = (await replica.GetStatusAsync(Cancel))?.NotReady;
            await Task.Delay(Poll, Cancel);
        }

        Assert.EndsWith(reason, said, StringComparison.Ordinal);
        Assert.Equal(0, simulator.Stats("binance").Opened);
        Assert.Equal(0, await replica.StopAsync(Cancel));
    }

    private ReplicaProcess Start(TlsDoor door, string issuedFor, bool trusts)
    {
        var configuration = ReplicaFile.Write(folder, simulator!, clock, new { Store = new { Directory = Store } });
        var plain = simulator!.WebSocketAddress("binance").GetLeftPart(UriPartial.Authority);
        File.WriteAllText(configuration, File.ReadAllText(configuration).Replace(plain, $"wss://{Host}:{door.Port}", StringComparison.Ordinal));
        var trusted = Path.Combine(folder, $"{issuedFor}.pem");
        File.WriteAllText(trusted, door.Certificate);
        return new("a", configuration, Path.Combine(folder, "a.log"), trusts ? new Dictionary<string, string> { ["SSL_CERT_FILE"] = trusted } : null);
    }
}
