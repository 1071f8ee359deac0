using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Publishing;
using Ingester.Integration.Tests.Recording;
using Ingester.Schemas;
using Ingester.Simulator;

namespace Ingester.Integration.Tests.Schemas;

/// <summary>
/// What the program prints with <c>--json</c> and serves follows the schemas of <c>docs/schemas</c>. The documents of <c>check</c>, <c>candles</c>, <c>repair</c>, <c>markets</c> and <c>/live</c> are
/// validated by the tests of those parts.
/// </summary>
[Collection(AloneCollection.Name)] // its clock is fast
public sealed class OutputSchemaTests : IDisposable
{
    private const string Certificate = "certificate-1"; // of what is signed: it has its version in the predicate
    private const string Changes = "status-changes-1"; // its version is the field format

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-schemas-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_name_has_a_schema_and_every_schema_is_on_the_page()
    {
        var names = typeof(OutputSchema).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => (string)field.GetRawConstantValue()!).Append(Certificate).Append(Changes).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(names, Directory.GetFiles(PublishedSchema.Folder).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));
        var page = File.ReadAllText(Path.Combine(PublishedSchema.Folder, "..", "json.md"));
        Assert.All(names, name => Assert.Contains($"(schemas/{name}.json)", page, StringComparison.Ordinal));
        Assert.All(names, name => Assert.Equal($"urn:ingester:{name}", JsonNode.Parse(File.ReadAllText(Path.Combine(PublishedSchema.Folder, $"{name}.json")))!["$id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Documents_of_commands_follow_their_schemas()
    {
        await SmallExport.CreateAsync(folder);
        await RunAsync(0, "certificate", "key", "signing.pem");
        string[] day = ["--date", SmallExport.Day, "--store", "data"];
        string[] period = ["--from", "2025-10-25T00:00", "--to", "2025-10-25T00:04", "--store", "data", "--json"];

        PublishedSchema.Validate(OutputSchema.Exchanges, await RunAsync(0, "exchanges", "--json"));
        PublishedSchema.Validate(OutputSchema.Import, await RunAsync(0, "import", "binance", "a.ws.tsv", "--json", "--store", "other"));
        var audit = await RunAsync(1, ["audit", "--verify", "9", .. period]);
        PublishedSchema.Validate(OutputSchema.Audit, audit);
        PublishedSchema.Validate(OutputSchema.Book, await RunAsync(1, "book", "binance", "BTC-USDT", "--at", "2025-10-25T00:02", "--store", "data", "--json"));
        PublishedSchema.Validate(OutputSchema.Derive, await RunAsync(3, ["derive", .. period]));
        PublishedSchema.Validate(OutputSchema.CertificateCreate, await RunAsync(3, ["certificate", "create", .. day, "--key", "signing.pem", "--json"]));
        var shown = await RunAsync(0, ["certificate", "show", .. day, "--json"]);
        Assert.Equal(2, Lines(shown).Length);
        Assert.All(Lines(shown), payload => PublishedSchema.Validate(Certificate, payload));
        PublishedSchema.Validate(OutputSchema.CertificateVerify, await RunAsync(0, ["certificate", "verify", .. day, "--key", "signing.pub.pem", "--json"]));

        var changed = JsonNode.Parse(audit)!.AsObject();
        changed["streams"]![0]!.AsObject()["surprise"] = 1;
        Assert.NotEmpty(PublishedSchema.Problems(OutputSchema.Audit, changed.ToJsonString())); // a field that is not described
        changed["streams"]![0]!.AsObject().Remove("surprise");
        Assert.Empty(PublishedSchema.Problems(OutputSchema.Audit, changed.ToJsonString()));
        changed["streams"]![0]!.AsObject().Remove("missingIds");
        Assert.NotEmpty(PublishedSchema.Problems(OutputSchema.Audit, changed.ToJsonString())); // a field that is absent
    }

    [Fact]
    public async Task Documents_of_a_recorder_follow_their_schemas()
    {
        using var patience = new CancellationTokenSource(Patience);
        var cancel = patience.Token;
        var clock = new ClockOptions { Epoch = TimeProvider.System.GetUtcNow(), Rate = 30 };
        await using var simulator = await ExchangeSimulator.StartAsync(new() { Exchanges = ["binance", "kraken"], Markets = 2, EventsPerSecond = 50, MarketSkew = 0, EnforceLimits = false }, SimulatedClock.Create(clock));
        var configuration = ReplicaFile.Write(folder, simulator, clock, new { Store = new { Directory = Path.Combine(folder, "store") } });
        using (var replica = new ReplicaProcess("a", configuration, Path.Combine(folder, "a.log")))
        {
            await replica.WaitUntilReadyAsync(cancel);
            using var http = new HttpClient { BaseAddress = replica.Address };
            string markets;
            do
            {
                await Task.Delay(Poll, TimeProvider.System, cancel);
                markets = await http.GetStringAsync("/markets", cancel);
            }
            while (!HasTradeAndBook(markets)); // otherwise the document is valid because it is nearly empty
            PublishedSchema.Validate(OutputSchema.MarketView, markets);
            PublishedSchema.Validate(OutputSchema.Status, await http.GetStringAsync("/status", cancel));
            var changes = await http.GetStringAsync("/status/changes", cancel);
            PublishedSchema.Validate(Changes, changes);
            using var all = JsonDocument.Parse(changes);
            PublishedSchema.Validate(Changes, await http.GetStringAsync($"/status/changes?since={all.RootElement.GetProperty("version").GetInt64()}", cancel));
            Assert.Equal(0, await replica.StopAsync(cancel));
        }

        var at = $"{SimulatedClock.Create(clock).GetUtcNow():yyyy-MM-dd'T'HH:mm:ss}";
        var instruments = Lines(await RunAsync(0, "instruments", "binance", "--at", at, "--config", configuration));
        Assert.NotEmpty(instruments);
        Assert.All(instruments, line => PublishedSchema.Validate(OutputSchema.Instruments, line));
        PublishedSchema.Validate(OutputSchema.Candles, await RunAsync(0, "candles", "binance", "--interval", "1h", "--config", configuration, "--json"));
    }

    private static bool HasTradeAndBook(string markets)
    {
        using var document = JsonDocument.Parse(markets);
        return document.RootElement.EnumerateArray().Any(market => market.GetProperty("lastTrade").ValueKind == JsonValueKind.Object && market.GetProperty("bid").ValueKind == JsonValueKind.Array);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<string> RunAsync(int exit, params string[] arguments)
    {
        var ended = await EndedCommand.RunAsync(folder, Patience, arguments);
        Assert.True(ended.Exit == exit, $"{string.Join(' ', arguments)}: exit code {ended.Exit}\n{ended.Output}{ended.Error}");
        return ended.Output;
    }
}
